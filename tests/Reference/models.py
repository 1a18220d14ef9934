"""Writes models.json, what torchvision's networks compute at an eighth of their width, and model_states.json, the names and shapes of all that
they save at full width. Run: python3 models.py (PyTorch 1.13, torchvision 0.14).

models.json is as networks.json. torchvision has no MobileNet of version 1: that one is written here, by table 1 of its paper.
"""
import json
import os
import unittest.mock

import torchvision
from torch import nn
from torchvision.models.vision_transformer import VisionTransformer

import cases
import networks


class DepthwiseSeparableBlock(nn.Module):
    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, inputs, 3, stride, padding=1, groups=inputs, bias=False)
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv2 = nn.Conv2d(inputs, channels, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        x = nn.functional.relu(self.bn1(self.conv1(x)))
        return nn.functional.relu(self.bn2(self.conv2(x)))


class MobileNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        channels = [int(width * c) for c in [32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024]]
        strides = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]
        self.conv1 = nn.Conv2d(3, channels[0], 3, 2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels[0])
        self.blocks = nn.Sequential(*[DepthwiseSeparableBlock(*sizes) for sizes in zip(channels, channels[1:], strides)])
        self.fc = nn.Linear(channels[-1], 10)

    def forward(self, x):
        x = self.blocks(nn.functional.relu(self.bn1(self.conv1(x))))
        return self.fc(x.mean([2, 3]))


def narrow(build, by=8, **options):
    """The network with a part of all channels and widths but those of images and classes, and without dropout."""
    def size(n):
        return n // by if n >= 2 * by else n

    class Conv2d(nn.Conv2d):
        def __init__(self, inputs, outputs, *rest, **named):
            super().__init__(size(inputs), size(outputs), *rest, **named)

    class BatchNorm2d(nn.BatchNorm2d):
        def __init__(self, channels, *rest, **named):
            super().__init__(size(channels), *rest, **named)

    class Linear(nn.Linear):
        def __init__(self, inputs, outputs):
            super().__init__(size(inputs), size(outputs))

    with unittest.mock.patch.multiple(nn, Conv2d=Conv2d, BatchNorm2d=BatchNorm2d, Linear=Linear):
        return without_dropout(build(num_classes=10, **options))


def without_dropout(model):
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0
    return model


def states():
    """Name -> shape of all that the networks save, less the counters that no computation reads."""
    models = torchvision.models
    names = [
        "alexnet", "vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn", "googlenet",
        "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "vit_b_16"]
    result = {}
    for name in names:
        options = {"init_weights": False} if name == "googlenet" else {}
        state = getattr(models, name)(**options).state_dict()
        result[name] = {key: list(value.shape) for key, value in state.items() if not key.endswith("num_batches_tracked")}
    return result


if __name__ == "__main__":
    of = torchvision.models
    large = (3, 224, 260)  # The convolutions leave more than the affine layers read.
    # Where batch normalisation sees few values, the last roundings turn rectifiers around, and further steps compare noise.
    networks.write(__file__, {
        "alexnet": networks.network(narrow(of.alexnet), large),
        "vgg11": networks.network(narrow(of.vgg11), large),
        "vgg11-bn": networks.network(narrow(of.vgg11_bn), large),
        "googlenet": networks.network(narrow(of.googlenet, init_weights=False, aux_logits=True), (3, 97, 65), steps=2),
        "resnet18": networks.network(narrow(of.resnet18), (3, 67, 45)),
        "resnet50": networks.network(narrow(of.resnet50), (3, 67, 45), steps=1),
        "mobilenet": networks.network(MobileNet(1 / 8), (3, 67, 45), steps=2),
        "vit-tiny": networks.network(VisionTransformer(
            image_size=12, patch_size=4, num_layers=2, num_heads=3, hidden_dim=12, mlp_dim=20, num_classes=10), (3, 12, 12)),
    })
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "model_states.json"), "w", encoding="utf-8") as file:
        lines = [json.dumps(name) + ":" + json.dumps(state, separators=(",", ":")) for name, state in states().items()]
        file.write("{\n" + ",\n".join(lines) + "}\n")

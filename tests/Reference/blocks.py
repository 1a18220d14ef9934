"""Writes blocks.json: residual and inception blocks. Run: python3 blocks.py (PyTorch 1.13, torchvision 0.14)."""
import os
import sys

from torch import nn
from torchvision.models.googlenet import BasicConv2d, Inception, InceptionAux
from torchvision.models.resnet import Bottleneck

import cases
import models

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../bench/peers"))
import torch_networks as networks  # noqa: E402

SIZES = [(2, 6, 4), (3, 5, 5), (1, 7, 3)]


def bottleneck(inputs, channels, stride):
    shortcut = nn.Sequential(nn.Conv2d(inputs, 4 * channels, 1, stride, bias=False), nn.BatchNorm2d(4 * channels))
    return Bottleneck(inputs, channels, stride, None if inputs == 4 * channels and stride == 1 else shortcut)


def each(make):
    """A block of three channels at each size."""
    return [cases.case(make(), (n, 3, h, w)) for n, h, w in SIZES]


def basic_block(inputs, channels, stride, zero_pad):
    return [cases.case(networks.BasicBlock(inputs, channels, stride, zero_pad), (n, inputs, h, w)) for n, h, w in SIZES]


if __name__ == "__main__":
    cases.write(__file__, {
        "basic_block": basic_block(3, 3, 1, True),
        "basic_block_zero_pad": basic_block(2, 4, 2, True),
        "basic_block_projection": basic_block(2, 3, 2, False),
        "bottleneck": [cases.case(bottleneck(8, 2, 1), (n, 8, h, w)) for n, h, w in [(2, 3, 2), (2, 5, 3), (1, 3, 3)]],
        "bottleneck_projection": each(lambda: bottleneck(3, 2, 2)),
        "basic_conv2d": each(lambda: BasicConv2d(3, 4, kernel_size=3, stride=2, padding=1)),
        "inception": each(lambda: Inception(3, 2, 2, 3, 1, 2, 2)),
        "inception_aux": each(lambda: models.narrow(lambda num_classes: InceptionAux(3, num_classes), by=64)),
        "depthwise_separable_block": each(lambda: models.DepthwiseSeparableBlock(3, 4, 2)),
        "conv_pool_block": [cases.case(networks.ConvPoolBlock(2, 3), (n, 2, h, w)) for n, h, w in SIZES],
        "patch_whitening2d": [cases.case(networks.PatchWhitening(2, 5, 3), (n, 2, h, w)) for n, h, w in SIZES],
        "zero_pad_shortcut": [cases.case(networks.ZeroPadShortcut(2, 6, 2), (n, 2, h, w)) for n, h, w in SIZES],
    })

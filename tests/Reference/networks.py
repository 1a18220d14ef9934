"""Writes networks.json: what PyTorch computes, in double precision, for the layers and whole networks that nn.py does not hold.
Run: python3 networks.py (PyTorch 1.13).

Inputs and parameters are not stored: both sides fill them by the same formula, see noise() and fill().
Of a layer there are its output and every gradient of the sum of output times noise, in training mode; of a network its logits, the norm
and the first values of every gradient, the losses of three steps, and the logits in evaluation mode behind them.
"""
import json
import math
import os
import sys
import warnings

import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../bench/peers"))
import torch_networks as networks  # noqa: E402

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float64)


def noise(shape, phase):
    """Uniform in [-1, 1): the finaliser of MurmurHash3 over index and phase, rounded to single precision."""
    mask = 0xFFFFFFFF
    x = (torch.arange(math.prod(shape), dtype=torch.int64) + 0x9E3779B1 * (phase + 1)) & mask
    x = x ^ (x >> 16)
    x = (x * 0x85EBCA6B) & mask
    x = x ^ (x >> 13)
    x = (x * 0xC2B2AE35) & mask
    x = x ^ (x >> 16)
    return (x.double() / 2 ** 31 - 1).float().double().reshape(shape)


def fill(module):
    """Parameter number k: matrices and filters noise scaled to keep the variance, vectors 0.3 of noise around 1 (weight) or 0 (bias)."""
    with torch.no_grad():
        for k, (name, parameter) in enumerate(module.named_parameters()):
            values = noise(parameter.shape, k + 10)
            if parameter.dim() > 1:
                values = values * math.sqrt(3 * parameter.shape[0] / parameter.numel())
            else:
                values = values * 0.3 + (1 if name.endswith("weight") else 0)
            parameter.copy_(values.float().double())
    return module


def out(tensor):
    return [float("%.7g" % v) for v in tensor.detach().flatten()]


def layer(module, forward, *shapes):
    fill(module).train()
    inputs = [noise(shape, k).requires_grad_() for k, shape in enumerate(shapes)]
    y = forward(*inputs)
    (y * noise(y.shape, 5)).sum().backward()
    return {
        "inputs": [list(shape) for shape in shapes],
        "y": out(y),
        "dx": [out(x.grad) for x in inputs],
        "gradients": {name: out(parameter.grad) for name, parameter in module.named_parameters()},
    }


def attention(width, heads, queries, keys=None, mask=None, bias=True):
    module = nn.MultiheadAttention(width, heads, bias=bias, batch_first=True)
    if keys is None:
        return layer(module, lambda x: module(x, x, x, attn_mask=mask, need_weights=False)[0], (*queries, width))
    return layer(
        module, lambda q, k, v: module(q, k, v, attn_mask=mask, need_weights=False)[0],
        (*queries, width), (*keys, width), (*keys, width))


def causal(size):
    return torch.triu(torch.ones(size, size), diagonal=1).bool()


def encoder_layer(width, heads, hidden, norm_first):
    return nn.TransformerEncoderLayer(
        width, heads, hidden, dropout=0, activation="gelu" if norm_first else "relu", batch_first=True, norm_first=norm_first)


def layers():
    def each(make, *sizes):
        return [make(*size) for size in sizes]

    def simple(make):
        return lambda *sizes: (lambda module: layer(module, module, sizes[-1]))(make(*sizes[:-1]))

    blocks = [(2, 6, 4), (3, 5, 5), (1, 7, 3)]
    return {
        "layer_norm": each(simple(nn.LayerNorm), (8, (2, 3, 8)), (5, (5, 5)), (17, (1, 2, 2, 17))),
        "gelu": each(simple(nn.GELU), ((2, 3, 8),), ((7,),), ((3, 5),)),
        "attention": each(attention, (8, 2, (2, 4)), (6, 3, (3, 5)), (5, 1, (1, 7))),
        "attention_no_bias": each(lambda *s: attention(*s, bias=False), (8, 2, (2, 4)), (6, 3, (3, 5)), (5, 1, (1, 7))),
        "attention_causal": each(lambda w, h, q: attention(w, h, q, mask=causal(q[1])), (8, 2, (2, 4)), (6, 3, (3, 5)), (5, 1, (1, 7))),
        "attention_cross": each(attention, (8, 2, (2, 4), (2, 3)), (6, 3, (3, 5), (3, 7)), (5, 1, (1, 7), (1, 1))),
        "attention_bool_mask": each(
            lambda w, h, q: attention(w, h, q, mask=noise((q[1], q[1]), 7) > torch.eye(q[1])), (8, 2, (2, 4)), (6, 3, (3, 5)), (5, 1, (1, 7))),
        "attention_added_mask": each(
            lambda w, h, q: attention(w, h, q, mask=noise((q[1], q[1]), 7)), (8, 2, (2, 4)), (6, 3, (3, 5)), (5, 1, (1, 7))),
        "encoder_layer_norm_last": each(
            simple(lambda *s: encoder_layer(*s, norm_first=False)), (8, 2, 12, (2, 4, 8)), (6, 3, 7, (3, 5, 6)), (5, 1, 9, (1, 3, 5))),
        "encoder_layer_norm_first": each(
            simple(lambda *s: encoder_layer(*s, norm_first=True)), (8, 2, 12, (2, 4, 8)), (6, 3, 7, (3, 5, 6)), (5, 1, 9, (1, 3, 5))),
        "encoder": each(
            simple(lambda w, h, n: nn.TransformerEncoder(encoder_layer(w, h, n, norm_first=True), 2, nn.LayerNorm(w))),
            (4, 2, 6, (2, 4, 4)), (6, 3, 5, (2, 5, 6)), (5, 1, 3, (1, 3, 5))),
        "patch_embedding": each(
            simple(networks.PatchEmbedding), (3, 4, 6, (2, 3, 8, 8)), (1, 2, 5, (1, 1, 6, 4)), (2, 3, 7, (1, 2, 9, 3))),
        "global_avg_pool": each(simple(lambda: nn.AdaptiveAvgPool2d(1)), ((2, 3, 4, 4),), ((1, 5, 7, 3),), ((2, 4, 1, 1),)),
        "basic_block": each(simple(lambda c: networks.BasicBlock(c, c, 1, True)), *[(3, (n, 3, h, w)) for n, h, w in blocks]),
        "basic_block_zero_pad": each(simple(lambda c: networks.BasicBlock(c, 2 * c, 2, True)), *[(2, (n, 2, h, w)) for n, h, w in blocks]),
        "basic_block_projection": each(simple(lambda c: networks.BasicBlock(c, 3, 2, False)), *[(2, (n, 2, h, w)) for n, h, w in blocks]),
    }


class LeNet5OfThePaper(networks.LeNet5):
    """With tanh and average pooling."""

    def forward(self, x):
        x = nn.functional.avg_pool2d(torch.tanh(self.conv1(x)), 2)
        x = nn.functional.avg_pool2d(torch.tanh(self.conv2(x)), 2)
        x = torch.tanh(self.fc1(x.flatten(1)))
        return self.fc3(torch.tanh(self.fc2(x)))


def network(model, shape=(3, 32, 32)):
    fill(model).train()
    images, labels = noise((4, *shape), 0), torch.tensor([3, 1, 4, 1])
    result = {"losses": []}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for step in range(3):
        optimizer.zero_grad()
        logits = model(images)
        loss = nn.functional.cross_entropy(logits, labels)
        loss.backward()
        if step == 0:
            result["logits"] = out(logits)
            result["gradients"] = {
                name: out(torch.cat([p.grad.norm().reshape(1), p.grad.flatten()[:4]])) for name, p in model.named_parameters()}
        optimizer.step()
        result["losses"].append(float("%.7g" % loss))
    with torch.no_grad():
        result["logits_behind"] = out(model.eval()(images))
    return result


if __name__ == "__main__":
    parts = {
        "layers": layers(),
        "networks": {
            "lenet5_tanh_average": network(LeNet5OfThePaper(), (1, 28, 28)),
            "resnet20": network(networks.CifarResNet(20)),
            "vgg": network(networks.Vgg()),
            "vit": network(networks.VisionTransformer()),
        },
    }
    with open(os.path.join(HERE, "networks.json"), "w", encoding="utf-8") as file:
        # One line for each entry, so that a difference can be read.
        for i, (part, entries) in enumerate(parts.items()):
            file.write(("{" if i == 0 else ",\n") + json.dumps(part) + ":{\n")
            file.write(",\n".join(json.dumps(name) + ":" + json.dumps(entry, separators=(",", ":")) for name, entry in entries.items()))
            file.write("}")
        file.write("}\n")

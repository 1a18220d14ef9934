"""Writes normalisation.json. Run: python3 normalisation.py (PyTorch 1.13)."""
import torch
from torch import nn

import cases

IMAGES = [(2, 4, 3, 2), (3, 1, 3, 3), (2, 3, 1, 5)]
ROWS = [(6, 4), (3, 7), (5, 1)]
SEQUENCES = [(2, 4, 5), (3, 1, 3), (5, 3, 1)]


def batch_norm(kind, shapes, training):
    return [cases.case(kind(shape[1]), shape, training=training) for shape in shapes]


def both(name, kind, shapes):
    return {name: batch_norm(kind, shapes, True), name + "_eval": batch_norm(kind, shapes, False)}


class RmsNorm(nn.Module):
    """Zhang and Sennrich, 2019."""

    def __init__(self, features):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))

    def forward(self, x):
        return self.weight * x / (x.square().mean(-1, keepdim=True) + 1e-6).sqrt()


def instance_norm(**options):
    modules = [nn.InstanceNorm1d(2, **options), nn.InstanceNorm2d(3, **options), nn.InstanceNorm2d(1, **options)]
    return [cases.case(module, shape) for module, shape in zip(modules, [(3, 2, 7), (2, 3, 3, 2), (1, 1, 3, 5)])]


def standardized(w):
    return (w - w.flatten(1).mean(1).reshape(-1, *[1] * (w.dim() - 1))) / (
        w.flatten(1).var(1, unbiased=False).reshape(-1, *[1] * (w.dim() - 1)) + 1e-5).sqrt()


class StandardizedConv(nn.Conv2d):
    """Qiao et al., 2019."""

    def forward(self, x):
        return self._conv_forward(x, standardized(self.weight), self.bias)


if __name__ == "__main__":
    cases.write(__file__, {
        **both("batch_norm1d", nn.BatchNorm1d, ROWS),
        **both("batch_norm1d_sequence", nn.BatchNorm1d, SEQUENCES),
        **both("batch_norm2d", nn.BatchNorm2d, IMAGES),
        "group_norm": cases.each(nn.GroupNorm, (2, 4, (2, 4, 3, 2)), (3, 3, (1, 3, 7)), (1, 5, (3, 5))),
        "group_norm_plain": cases.each(lambda g, c: nn.GroupNorm(g, c, affine=False), (2, 6, (2, 6, 3)), (1, 3, (1, 3, 5)), (3, 9, (2, 9))),
        "instance_norm": instance_norm(),
        "instance_norm_affine": instance_norm(affine=True),
        "weight_standardization": [cases.case(standardized, shape) for shape in [(4, 3), (3, 1, 3, 3), (2, 5, 7)]],
        "conv2d_standardized": cases.each(StandardizedConv, (2, 3, 3, (2, 2, 5, 4)), (1, 2, 2, (1, 1, 3, 3)), (3, 1, 1, (3, 3, 1, 5))),
        "rms_norm": cases.each(RmsNorm, (8, (2, 3, 8)), (5, (7, 5)), (3, (2, 1, 3))),
        "local_response_norm": [
            cases.case(nn.LocalResponseNorm(*options), cases.Noise(shape, 4))
            for options, shape in [((5, 0.3, 0.75, 2), (2, 7, 2, 2)), ((2, 1, 0.5, 1), (1, 5, 3)), ((3,), (5, 3, 1))]],
        "layer_norm": cases.each(nn.LayerNorm, (8, (2, 3, 8)), (5, (5, 5)), (17, (1, 2, 2, 17))),
    })

"""Writes pooling.json. Run: python3 pooling.py (PyTorch 1.13)."""
from torch import nn

import cases

IMAGES = [(2, 4, 7, 6), (1, 3, 5, 5), (2, 1, 9, 7)]


def pool(module):
    return [cases.case(module, shape) for shape in IMAGES]


if __name__ == "__main__":
    cases.write(__file__, {
        "max_pool2d": pool(nn.MaxPool2d(2)),
        "max_pool2d_overlap": pool(nn.MaxPool2d(3, stride=2, padding=1)),
        "avg_pool2d": pool(nn.AvgPool2d(2)),
        "avg_pool2d_padded": pool(nn.AvgPool2d(3, stride=2, padding=1)),
        "avg_pool2d_uncounted": pool(nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False)),
        "global_avg_pool2d": [cases.case(nn.AdaptiveAvgPool2d(1), shape) for shape in [(2, 3, 4, 4), (1, 5, 7, 3), (2, 4, 1, 1)]],
    })

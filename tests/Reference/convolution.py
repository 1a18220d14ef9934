"""Writes convolution.json. Run: python3 convolution.py (PyTorch 1.13)."""
from torch import nn

import cases

IMAGES = [(2, 4, 7, 6), (1, 4, 5, 5), (3, 4, 9, 7)]


def conv2d(**options):
    return [cases.case(nn.Conv2d(4, 6, 3, **options), shape) for shape in IMAGES]


if __name__ == "__main__":
    cases.write(__file__, {
        "conv2d": conv2d(padding=1),
        "conv2d_stride_groups": conv2d(stride=2, padding=1, groups=2),
        "conv2d_dilation_no_bias": conv2d(dilation=2, bias=False),
    })

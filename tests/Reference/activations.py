"""Writes activations.json. Run: python3 activations.py (PyTorch 1.13)."""
from torch import nn

import cases

SHAPES = [(2, 3, 4), (7,), (3, 5)]


def activation(module):
    return [cases.case(module, cases.Noise(shape, 4)) for shape in SHAPES]


if __name__ == "__main__":
    cases.write(__file__, {
        "gelu": activation(nn.GELU()),
    })

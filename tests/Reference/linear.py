"""Writes linear.json: affine maps. Run: python3 linear.py (PyTorch 1.13)."""
from torch import nn

import cases

SIZES = [(5, 4, (3, 5)), (7, 1, (7,)), (3, 9, (2, 1, 3))]


def bilinear(**options):
    sizes = [(4, 3, 2, (5,)), (1, 5, 3, (7,)), (3, 2, 1, (2, 3))]
    return [cases.case(nn.Bilinear(in1, in2, out, **options), (*rows, in1), (*rows, in2)) for in1, in2, out, rows in sizes]


if __name__ == "__main__":
    cases.write(__file__, {
        "linear": cases.each(nn.Linear, *SIZES),
        "bilinear": bilinear(),
        "bilinear_no_bias": bilinear(bias=False),
        "linear_no_bias": cases.each(lambda *s: nn.Linear(*s, bias=False), *SIZES),
    })

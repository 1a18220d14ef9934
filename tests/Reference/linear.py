"""Writes linear.json: affine maps. Run: python3 linear.py (PyTorch 1.13)."""
from torch import nn

import cases

SIZES = [(5, 4, (3, 5)), (7, 1, (7,)), (3, 9, (2, 1, 3))]

if __name__ == "__main__":
    cases.write(__file__, {
        "linear": cases.each(nn.Linear, *SIZES),
        "linear_no_bias": cases.each(lambda *s: nn.Linear(*s, bias=False), *SIZES),
    })

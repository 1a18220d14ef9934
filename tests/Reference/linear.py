"""Writes linear.json: affine maps and the models that are but one. Run: python3 linear.py (PyTorch 1.13)."""
import itertools
import math

import torch
from torch import nn

import cases

SIZES = [(5, 4, (3, 5)), (7, 1, (7,)), (3, 9, (2, 1, 3))]


def bilinear(**options):
    sizes = [(4, 3, 2, (5,)), (1, 5, 3, (7,)), (3, 2, 1, (2, 3))]
    return [cases.case(nn.Bilinear(in1, in2, out, **options), (*rows, in1), (*rows, in2)) for in1, in2, out, rows in sizes]


class Flat(nn.Linear):
    """An affine map of flattened examples."""

    def forward(self, x):
        return super().forward(x.flatten(1))


class Polynomial(nn.Module):
    """All monomials of at most a degree, standardised, and an affine map of them."""

    def __init__(self, inputs, outputs, degree):
        super().__init__()
        self.degree, terms = degree, math.comb(inputs + degree, degree) - 1
        self.linear = nn.Linear(terms, outputs)
        self.register_buffer("mean", torch.zeros(terms))
        self.register_buffer("var", torch.ones(terms))

    def forward(self, x):
        powers = [itertools.combinations_with_replacement(range(x.shape[1]), d) for d in range(1, self.degree + 1)]
        terms = torch.stack([x[:, list(term)].prod(1) for term in itertools.chain(*powers)], 1)
        return self.linear((terms - self.mean) / self.var.sqrt())


FLAT_SIZES = [(6, 4, (3, 2, 3)), (7, 1, (5, 7)), (3, 9, (2, 1, 3))]


if __name__ == "__main__":
    cases.write(__file__, {
        "linear_regression": cases.each(Flat, *FLAT_SIZES),
        "linear_svm": cases.each(Flat, *FLAT_SIZES),
        "logistic_regression": cases.each(Flat, (6, 1, (3, 2, 3)), (7, 1, (5, 7)), (3, 1, (2, 1, 3))),
        "polynomial_regression": cases.each(Polynomial, (1, 1, 4, (5, 1)), (2, 3, 3, (4, 2)), (3, 2, 2, (7, 3))),
        "softmax_regression": cases.each(Flat, *FLAT_SIZES),
        "linear": cases.each(nn.Linear, *SIZES),
        "bilinear": bilinear(),
        "bilinear_no_bias": bilinear(bias=False),
        "linear_no_bias": cases.each(lambda *s: nn.Linear(*s, bias=False), *SIZES),
    })

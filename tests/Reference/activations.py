"""Writes activations.json. Run: python3 activations.py (PyTorch 1.13)."""
import torch
from torch import nn

import cases

SHAPES = [(2, 3, 4), (7,), (3, 5)]
ROWS = [(2, 3, 4), (1, 7), (5, 3)]


def activation(module, shapes=SHAPES):
    return [cases.case(module, cases.Noise(shape, 4)) for shape in shapes]


class Maxout(nn.Module):
    """Goodfellow et al., 2013."""

    def __init__(self, inputs, outputs, pieces):
        super().__init__()
        self.shape = (outputs, pieces)
        self.pieces = nn.Linear(inputs, outputs * pieces)

    def forward(self, x):
        return self.pieces(x).unflatten(-1, self.shape).amax(-1)


if __name__ == "__main__":
    cases.write(__file__, {
        "heaviside": activation(lambda x: (x > 0).double() + 0 * x),
        "sigmoid": activation(nn.Sigmoid()),
        "tanh": activation(nn.Tanh()),
        "relu": activation(nn.ReLU()),
        "leaky_relu": activation(nn.LeakyReLU(0.1)),
        "prelu": [cases.case(nn.PReLU(n), cases.Noise(shape, 4)) for n, shape in [(3, (2, 3, 4)), (1, (7,)), (5, (3, 5))]],
        "elu": activation(nn.ELU(0.7)),
        "selu": activation(nn.SELU()),
        "gelu": activation(nn.GELU()),
        "gelu_tanh": activation(nn.GELU(approximate="tanh")),
        "silu": activation(nn.SiLU()),
        "softplus": activation(nn.Softplus()),
        "hard_sigmoid": activation(nn.Hardsigmoid()),
        "hard_tanh": activation(nn.Hardtanh()),
        "hard_swish": activation(nn.Hardswish()),
        "softmax": activation(nn.Softmax(-1)),
        "softmax_axis": activation(nn.Softmax(1), ROWS),
        "log_softmax": activation(nn.LogSoftmax(-1)),
        "log_softmax_axis": activation(nn.LogSoftmax(1), ROWS),
        "maxout": cases.each(Maxout, (5, 4, 2, (3, 5)), (3, 1, 3, (7, 3)), (4, 2, 5, (2, 1, 4))),
    })

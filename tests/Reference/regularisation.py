"""Writes regularisation.json: layers that change nothing but training, in evaluation; penalties. Run: python3 regularisation.py (PyTorch 1.13)."""
from torch import nn

import cases

SHAPES = [(2, 3, 4), (1, 5, 7), (3, 2, 1, 3)]


class AtPrediction(nn.Module):
    """Dropout of the paper: Srivastava et al., 2014, section 4."""

    def forward(self, x):
        return x if self.training else x * (1 - 0.3)


class Penalty(nn.Linear):
    """Of the parameters of a linear layer; the input only says how large it is."""

    def __init__(self, penalty, of_all, shape):
        super().__init__(shape[1], shape[0])
        self.penalty, self.of_all = penalty, of_all

    def forward(self, x):
        return sum(self.penalty(p) for p in ([self.weight, self.bias] if self.of_all else [self.weight])) + 0 * x.sum()


def penalised(penalty, of_all=False):
    return [cases.case(Penalty(penalty, of_all, shape), shape) for shape in [(2, 3), (5, 1), (3, 7)]]


def limited(w):
    """The longest of four by eight is 2.4, the shortest 1.4."""
    return w * (1.5 / w.flatten(1).norm(dim=1).reshape(-1, *[1] * (w.dim() - 1))).clamp(max=1)


def evaluated(module):
    return [cases.case(module, shape, training=False) for shape in SHAPES]


if __name__ == "__main__":
    cases.write(__file__, {
        "dropout": evaluated(nn.Dropout(0.3)),
        "dropout_at_prediction": evaluated(AtPrediction()),
        "spatial_dropout": evaluated(nn.Dropout2d(0.3)),
        "stochastic_depth": evaluated(nn.Identity()),
        "gaussian_noise": evaluated(nn.Identity()),
        "penalty_l1": penalised(lambda w: 0.3 * w.abs().sum()),
        "penalty_l2": penalised(lambda w: 0.3 / 2 * w.square().sum()),
        "penalty_elastic_net": penalised(lambda w: 0.3 * (0.2 * w.abs().sum() + 0.4 * w.square().sum()), of_all=True),
        "max_norm": [cases.case(limited, shape) for shape in [(4, 8), (5, 3), (3, 1, 3, 3)]],
    })

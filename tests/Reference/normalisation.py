"""Writes normalisation.json. Run: python3 normalisation.py (PyTorch 1.13)."""
from torch import nn

import cases

IMAGES = [(2, 4, 3, 2), (3, 1, 3, 3), (2, 3, 1, 5)]
ROWS = [(6, 4), (3, 7), (5, 1)]
SEQUENCES = [(2, 4, 5), (3, 1, 3), (5, 3, 1)]


def batch_norm(kind, shapes, training):
    return [cases.case(kind(shape[1]), shape, training=training) for shape in shapes]


def both(name, kind, shapes):
    return {name: batch_norm(kind, shapes, True), name + "_eval": batch_norm(kind, shapes, False)}


if __name__ == "__main__":
    cases.write(__file__, {
        **both("batch_norm1d", nn.BatchNorm1d, ROWS),
        **both("batch_norm1d_sequence", nn.BatchNorm1d, SEQUENCES),
        **both("batch_norm2d", nn.BatchNorm2d, IMAGES),
        "layer_norm": cases.each(nn.LayerNorm, (8, (2, 3, 8)), (5, (5, 5)), (17, (1, 2, 2, 17))),
    })

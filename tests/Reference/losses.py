"""Writes losses.json. Run: python3 losses.py (PyTorch 1.13)."""
import torch
from torch.nn import functional as F

import cases

REDUCTIONS = ["mean", "sum", "none"]


def labels(shape, classes):
    return (cases.noise(shape, 99, classes / 2, classes / 2)).long().clamp(0, classes - 1)


def classes(loss, **options):
    """Logits (N, K, …) and labels (N, …), one case for each reduction."""
    shapes = [(4, 3), (5, 7), (3, 4, 2, 3)]
    return [
        cases.case(lambda x, y, reduction=reduction: loss(x, y, reduction=reduction, **options), cases.Noise(shape, 3),
                   labels((shape[0], *shape[2:]), shape[1]))
        for shape, reduction in zip(shapes, REDUCTIONS)]


def pairs(loss, **options):
    """Prediction and target of one shape, one case for each reduction."""
    shapes = [(3, 2), (7,), (1, 3, 5)]
    return [
        cases.case(lambda x, y, reduction=reduction: loss(x, y, reduction=reduction, **options), shape, shape)
        for shape, reduction in zip(shapes, REDUCTIONS)]


if __name__ == "__main__":
    cases.write(__file__, {
        "cross_entropy": classes(F.cross_entropy),
        "cross_entropy_smoothed": classes(F.cross_entropy, label_smoothing=0.1),
        "mean_squared_error": pairs(F.mse_loss),
    })

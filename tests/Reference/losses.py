"""Writes losses.json. Run: python3 losses.py (PyTorch 1.13)."""
import torch
from torch.nn import functional as F

import cases
from cases import Noise

REDUCTIONS = ["mean", "sum", "none"]
CLASSES = [(4, 3), (5, 7), (3, 4, 2, 3)]
PAIRS = [(3, 2), (7,), (1, 3, 5)]


def labels(shape, classes, ignored=None):
    result = cases.noise(shape, 99, classes / 2, classes / 2).long().clamp(0, classes - 1)
    if ignored is not None:
        result.flatten()[::3] = ignored
    return result


def reduced(losses, reduction):
    return {"mean": losses.mean, "sum": losses.sum, "none": losses.clone}[reduction]()


def each(loss, *inputs):
    """One case for each reduction: the loss takes its inputs and the reduction."""
    return [cases.case(lambda *x, r=reduction: loss(*x, r), *given) for given, reduction in zip(inputs, REDUCTIONS)]


def classes(loss, shapes=CLASSES, ignored=None, **options):
    """Logits (N, K, …) and labels (N, …)."""
    return each(lambda x, y, r: loss(x, y, reduction=r, **options),
                *[(Noise(s, 3), labels((s[0], *s[2:]), s[1], ignored)) for s in shapes])


def weighted(loss, ignored=-100, **options):
    """Logits, labels and a weight for each class."""
    return each(lambda x, y, w, r: loss(x, y, weight=w, reduction=r, ignore_index=ignored, **options),
                *[(Noise(s, 3), labels((s[0], *s[2:]), s[1], ignored), Noise((s[1],), 0.5, 1, constant=True)) for s in CLASSES])


def probabilities(**options):
    """Logits, a target that sums up to what it likes, and a weight for each class."""
    return each(lambda x, y, w, r: F.cross_entropy(x, y, weight=w, reduction=r, **options),
                *[(Noise(s, 3), Noise(s, 0.5, 0.5, constant=True), Noise((s[1],), 0.5, 1, constant=True)) for s in CLASSES])


def pairs(loss, scale=1, **options):
    """Prediction and target of one shape."""
    return each(lambda x, y, r: loss(x, y, reduction=r, **options), *[(Noise(s, scale), s) for s in PAIRS])


def soft(loss, prediction, **options):
    """A prediction beside a target in [0, 1]."""
    return each(lambda x, y, r: loss(x, y, reduction=r, **options), *[(prediction(s), Noise(s, 0.5, 0.5, constant=True)) for s in PAIRS])


def hard(loss, **options):
    """Logits and targets 0 or 1."""
    return each(lambda x, y, r: loss(x, y.double(), reduction=r, **options), *[(Noise(s, 3), labels(s, 2)) for s in PAIRS])


def logits(shape):
    return Noise(shape, 3)


def unit(shape):
    return Noise(shape, 0.5, 0.5)


def positive_weight(x, y, w, reduction):
    return F.binary_cross_entropy_with_logits(x, y, pos_weight=w, reduction=reduction)


def euclidean(x, y, reduction):
    return reduced(0.5 * (x - y).square().reshape(len(x), -1).sum(1), reduction)


def binary_hinge(x, y, reduction):
    return reduced((1 - x * (2 * y - 1)).relu(), reduction)


def multiclass_hinge(x, y, reduction, **options):
    return x.shape[1] * F.multi_margin_loss(x, y, reduction=reduction, **options)


def kullback_leibler(x, y, reduction):
    return reduced(F.kl_div(x, y, reduction="none").sum(1), reduction)


def focal(x, y, reduction, alpha, gamma):
    """As torchvision.ops.sigmoid_focal_loss."""
    p = x.sigmoid()
    p_t = p * y + (1 - p) * (1 - y)
    losses = F.binary_cross_entropy_with_logits(x, y, reduction="none") * (1 - p_t) ** gamma
    return reduced(losses if alpha is None else (alpha * y + (1 - alpha) * (1 - y)) * losses, reduction)


def dice(x, y, reduction, smooth):
    """Milletari et al., 2016, without squares in the denominator."""
    x, y = x.reshape(len(x), -1), y.reshape(len(y), -1)
    return reduced(1 - (2 * (x * y).sum(1) + smooth) / (x.sum(1) + y.sum(1) + smooth), reduction)


if __name__ == "__main__":
    rows = [(4, 3), (5, 7), (1, 9)]
    cases.write(__file__, {
        "cross_entropy": classes(F.cross_entropy),
        "cross_entropy_smoothed": classes(F.cross_entropy, label_smoothing=0.1),
        "cross_entropy_ignored": classes(F.cross_entropy, ignored=-100),
        "cross_entropy_weighted": weighted(F.cross_entropy),
        "cross_entropy_weighted_smoothed": weighted(F.cross_entropy, label_smoothing=0.1),
        "cross_entropy_probabilities": each(
            lambda x, y, r: F.cross_entropy(x, y, reduction=r), *[(Noise(s, 3), Noise(s, 0.5, 0.5, constant=True)) for s in CLASSES]),
        "cross_entropy_probabilities_weighted_smoothed": probabilities(label_smoothing=0.2),
        "negative_log_likelihood": classes(F.nll_loss),
        "negative_log_likelihood_weighted": weighted(F.nll_loss),
        "binary_cross_entropy": soft(F.binary_cross_entropy, lambda s: Noise(s, 0.45, 0.5)),
        "binary_cross_entropy_with_logits": soft(F.binary_cross_entropy_with_logits, logits),
        "binary_cross_entropy_positive_weight": each(
            positive_weight, *[(Noise(s, 3), Noise(s, 0.5, 0.5, constant=True), Noise(s[-1:], 1, 2, constant=True)) for s in PAIRS]),
        "focal": hard(focal, alpha=0.25, gamma=2),
        "focal_plain": hard(focal, alpha=None, gamma=0.5),
        "mean_squared_error": pairs(F.mse_loss),
        "euclidean": pairs(euclidean),
        "l1": pairs(F.l1_loss),
        "huber": pairs(F.huber_loss, scale=3, delta=1.2),
        "binary_hinge": hard(binary_hinge),
        "multiclass_hinge": classes(multiclass_hinge, rows),
        "multiclass_hinge_squared": classes(multiclass_hinge, rows, p=2, margin=0.7),
        "kullback_leibler": each(kullback_leibler, *[(Noise(s, 3), Noise(s, 0.5, 0.5, constant=True)) for s in CLASSES]),
        "dice": soft(dice, unit, smooth=1),
    })

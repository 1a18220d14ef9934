"""Metrics of classifiers and regressions by scikit-learn, for tests/Descent.Training.Tests: writes metrics.json. Where scikit-learn has no word
(calibration, degenerate cases), the formula stands here in numpy."""
import json
import os

import numpy as np
from sklearn import metrics as m

rng = np.random.default_rng(7)


def numbers(a):
    return [None if isinstance(v, float) and np.isnan(v) else v for v in np.asarray(a).ravel().tolist()]


def area(truth, scores):
    return m.roc_auc_score(truth, scores) if 0 < truth.sum() < len(truth) else None


def top_k(scores, labels, k):
    order = np.argsort(-scores, axis=1, kind="stable")  # Of equal scores the smaller class first.
    return float(np.mean([label in row[:k] for label, row in zip(labels, order)]))


def calibration(probabilities, labels, bins=15):
    confidence, right = probabilities.max(1), probabilities.argmax(1) == labels
    at = np.clip(np.ceil(confidence.astype(np.float64) * bins).astype(int) - 1, 0, bins - 1)
    gaps = [(np.mean(at == b), abs(right[at == b].mean() - confidence[at == b].mean())) for b in range(bins) if (at == b).any()]
    return float(sum(n * gap for n, gap in gaps)), float(max(gap for _, gap in gaps))


def classes(name, labels, probabilities):
    labels, p = np.asarray(labels), np.asarray(probabilities, dtype=np.float32)
    k = p.shape[1]
    found = p.argmax(1)
    every = dict(labels=list(range(k)), zero_division=0)
    precision, recall, f1, support = m.precision_recall_fscore_support(labels, found, **every)
    macro = m.precision_recall_fscore_support(labels, found, average="macro", zero_division=0)[:3]
    weighted = m.precision_recall_fscore_support(labels, found, average="weighted", zero_division=0)[:3]
    areas = [area(labels == c, p[:, c]) for c in range(k)]
    overlaps = m.jaccard_score(labels, found, average=None, **every)
    present = np.union1d(labels, found)
    error, most = calibration(p, labels)
    return dict(
        name=name, classes=k, labels=labels.tolist(), probabilities=numbers(p), confusion=numbers(m.confusion_matrix(labels, found, labels=list(range(k)))),
        accuracy=m.accuracy_score(labels, found), precision=numbers(precision), recall=numbers(recall), f1=numbers(f1), support=numbers(support),
        macro=numbers(macro), weighted=numbers(weighted), areas=areas, mean_iou=float(overlaps[present].mean()), top2=top_k(p, labels, 2),
        log_loss=m.log_loss(labels, p, labels=list(range(k))), calibration_error=error, maximum_calibration_error=most)


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def drawn(n, k, scale, of=None):
    labels = rng.integers(0, of or k, n)
    return labels, softmax(rng.normal(0, 1, (n, k)) + scale * np.eye(k)[labels])


def tied(n, k):
    """Probabilities that are multiples of an eighth: many ties."""
    labels = rng.integers(0, k, n)
    counts = rng.multinomial(8, np.ones(k) / k, n)
    return labels, counts / 8


def binary(name, truth, scores):
    truth, scores = np.asarray(truth, dtype=bool), np.asarray(scores, dtype=np.float32)
    precision = m.average_precision_score(truth, scores) if truth.any() else None
    return dict(name=name, truth=truth.tolist(), scores=numbers(scores), area=area(truth, scores), average_precision=precision)


def labels_of(name, truth, p):
    truth, p = np.asarray(truth, dtype=bool), np.asarray(p, dtype=np.float32)
    found = p > 0.5
    precision, recall, f1, _ = m.precision_recall_fscore_support(truth, found, zero_division=0)
    return dict(
        name=name, count=len(p), truth=truth.ravel().tolist(), probabilities=numbers(p), precision=numbers(precision), recall=numbers(recall),
        f1=numbers(f1), subset_accuracy=m.accuracy_score(truth, found), hamming_loss=m.hamming_loss(truth, found),
        average_precisions=[m.average_precision_score(truth[:, c], p[:, c]) if truth[:, c].any() else None for c in range(p.shape[1])])


def regression(name, y, found):
    y, found = np.asarray(y, dtype=np.float32), np.asarray(found, dtype=np.float32)
    return dict(
        name=name, outputs=1 if y.ndim == 1 else y.shape[1], targets=numbers(y), predictions=numbers(found), r2=m.r2_score(y, found),
        mse=m.mean_squared_error(y.astype(np.float64), found.astype(np.float64)), mae=m.mean_absolute_error(y.astype(np.float64), found.astype(np.float64)))


y = rng.normal(3, 2, 50)
several = rng.normal(0, 1, (31, 3))
result = dict(
    classes=[
        classes("drawn", *drawn(97, 4, 1.5)),
        classes("a class that never occurs", *drawn(40, 5, 2, of=4)),
        classes("all of one class", *drawn(17, 3, 1, of=1)),
        classes("ties", *tied(60, 3)),
        classes("all equal", [0, 1, 2, 1], np.full((4, 3), 1 / 3)),
        classes("sure and wrong", [0, 1], [[0, 1], [1, 0]]),
        classes("two classes, one sample of one", [0] * 9 + [1], softmax(rng.normal(0, 1, (10, 2)))),
    ],
    binary=[
        binary("drawn", rng.random(80) < 0.3, rng.random(80)),
        binary("ties", rng.random(80) < 0.5, rng.integers(0, 6, 80) / 8),
        binary("all equal", [1, 0, 0, 1, 0], np.full(5, 0.5)),
        binary("perfect", [0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4]),
        binary("all wrong", [1, 1, 0, 0], [0.1, 0.2, 0.3, 0.4]),
        binary("all positive", [1, 1, 1], [0.1, 0.2, 0.3]),
        binary("none positive", [0, 0, 0], [0.1, 0.2, 0.3]),
        binary("one sample", [1], [0.5]),
    ],
    labels=[
        labels_of("drawn", rng.random((37, 4)) < 0.4, rng.random((37, 4))),
        labels_of("a label that none has", np.hstack([rng.random((20, 2)) < 0.5, np.zeros((20, 1))]), rng.random((20, 3))),
        labels_of("ties", rng.random((24, 2)) < 0.5, rng.integers(0, 5, (24, 2)) / 4),
    ],
    regression=[
        regression("drawn", y, y + rng.normal(0, 1, 50)),
        regression("several outputs", several, several * 0.7 + rng.normal(0, 0.3, (31, 3))),
        regression("worse than the mean", y, -y),
        regression("targets all equal, missed", np.full(8, 2.0), np.arange(8)),
        regression("targets all equal, met", np.full(8, 2.0), np.full(8, 2.0)),
    ],
)
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "metrics.json")
with open(path, "w") as file:
    json.dump(result, file, indent=None, separators=(",", ":"), default=float)
    file.write("\n")

"""Writes classical.json: regressions, the perceptron, nearest neighbours and principal components by numpy and PyTorch 1.13, in double.

Run: python3 classical.py. Inputs are rounded to three decimals and stored, so that both sides start from the same numbers.
"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
rng = np.random.default_rng(5)


def numbers(*shape, scale=1.0):
    return np.round(rng.normal(size=shape) * scale, 3)


def pack(a):
    a = np.asarray(a)
    values = [int(v) for v in a.flat] if a.dtype.kind in "ib" else [float("%.10g" % v) for v in a.flat]
    return {"shape": list(a.shape), "values": values}


def case(**arrays):
    return {name: pack(a) for name, a in arrays.items()}


def ridge(x, y, strength):
    mean_x, mean_y = x.mean(0), y.mean(0)
    w = np.linalg.solve((x - mean_x).T @ (x - mean_x) + strength * np.eye(x.shape[1]), (x - mean_x).T @ (y - mean_y))
    return w.T, mean_y - mean_x @ w


def linear_regression():
    cases = []
    for n, d, k, strength in [(20, 3, 1, 0.0), (17, 5, 2, 2.5), (4, 7, 1, 0.1)]:
        x, y = numbers(n, d), numbers(n, k)
        w, b = ridge(x, y, strength)
        cases.append(case(x=x, y=y, ridge=[strength], weight=w, bias=b))
    return cases


def terms(x, degree):
    columns, last = [], [()]
    for _ in range(degree):
        last = [t + (f,) for t in last for f in range(t[-1] if t else 0, x.shape[1])]
        columns += [np.prod([x[:, f] for f in t], axis=0) for t in last]
    return np.stack(columns, 1)


def polynomial_regression():
    cases = []
    for n, d, degree, strength in [(15, 1, 3, 0.0), (11, 1, 9, 1e-2), (30, 2, 3, 0.5)]:
        x = np.round(rng.uniform(-1, 2, size=(n, d)), 3)
        y = np.round(np.sin(2 * x.sum(1, keepdims=True)) + 0.1 * rng.normal(size=(n, 1)), 3)
        phi = terms(x, degree)
        mean, deviation = phi.mean(0), phi.std(0)
        w, b = ridge((phi - mean) / deviation, y, strength)
        at = np.round(rng.uniform(-1, 2, size=(7, d)), 3)
        cases.append(case(x=x, y=y, degree=[degree], ridge=[strength], at=at, prediction=(terms(at, degree) - mean) / deviation @ w.T + b))
        if strength == 0 and d == 1:
            assert np.allclose(np.polyval(np.polyfit(x[:, 0], y[:, 0], degree), at[:, 0]), cases[-1]["prediction"]["values"])
    return cases


def perceptron():
    cases = []
    for n, d, k in [(12, 2, 1), (25, 3, 2)]:
        direction = numbers(d, k)
        x = numbers(n, d)
        t = (x @ direction + 0.1 > 0).astype(int)
        w, b, wrong = np.zeros((k, d)), np.zeros(k), []
        for _ in range(100):
            count = 0
            for i in range(n):
                error = t[i] - (x[i] @ w.T + b >= 0)
                w, b = w + np.outer(error, x[i]), b + error
                count += np.abs(error).sum()
            wrong.append(count)
            if count == 0:
                break
        cases.append(case(x=x, t=t, weight=w, bias=b, wrong=[int(wrong[-1])]))
    return cases


def minimum(parameters, objective):
    optimizer = torch.optim.LBFGS(parameters, max_iter=500, tolerance_grad=1e-13, tolerance_change=0, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = objective()
        loss.backward()
        return loss

    for _ in range(5):
        optimizer.step(closure)
    return objective()


def logistic_regression():
    cases = []
    for n, d in [(30, 3), (21, 5)]:
        x = torch.tensor(numbers(n, d))
        t = torch.tensor((numbers(n) + x[:, 0].numpy() > 0).astype(float))
        w, b = torch.zeros(1, d, requires_grad=True), torch.zeros(1, requires_grad=True)
        loss = minimum([w, b], lambda: F.binary_cross_entropy_with_logits((x @ w.T + b)[:, 0], t) + 0.05 * (w ** 2).sum())
        cases.append(case(x=x, labels=t.numpy().astype(int), l2=[0.1], weight=w.detach(), bias=b.detach(), loss=[loss.item()]))
    return cases


def softmax_regression():
    cases = []
    for n, d, k in [(30, 3, 3), (21, 5, 4)]:
        x, t = torch.tensor(numbers(n, d)), torch.tensor(rng.integers(0, k, n))
        w, b = torch.zeros(k, d, requires_grad=True), torch.zeros(k, requires_grad=True)
        loss = minimum([w, b], lambda: F.cross_entropy(x @ w.T + b, t) + 0.05 * (w ** 2).sum())
        cases.append(case(x=x, labels=t, l2=[0.1], weight=w.detach(), bias=b.detach() - b.detach().mean(), loss=[loss.item()]))
    return cases


def linear_svm():
    cases = []
    for n, d, k, p in [(6, 3, 3, 1), (7, 5, 4, 2)]:
        x, t = torch.tensor(numbers(n, d)), torch.tensor(rng.integers(0, k, n))
        w, b = torch.tensor(numbers(k, d), requires_grad=True), torch.tensor(numbers(k), requires_grad=True)
        loss = k * F.multi_margin_loss(x @ w.T + b, t, p=p, margin=1.5) + 0.2 * (w ** 2).sum()
        loss.backward()
        cases.append(case(x=x, labels=t, l2=[0.4], margin=[1.5], squared=[p - 1], weight=w.detach(), bias=b.detach(),
                          loss=[loss.item()], dw=w.grad, db=b.grad))
    return cases


def nearest_neighbors():
    cases = []
    for m, n, d, classes, k, order in [(20, 6, 3, 3, 1, 2), (41, 9, 17, 4, 5, 2), (33, 7, 5, 3, 4, 1), (9, 4, 2, 2, 9, 1)]:
        x, labels, q = numbers(m, d), rng.integers(0, classes, m), numbers(n, d)
        labels[:classes] = np.arange(classes)
        q[0], x[3] = x[5], x[5]
        difference = np.abs(q[:, None] - x[None])
        distance = difference.sum(2) if order == 1 else np.sqrt((difference ** 2).sum(2))
        nearest = np.argsort(distance, 1, kind="stable")[:, :k]
        votes = np.stack([np.bincount(labels[row], minlength=classes) for row in nearest])
        cases.append(case(x=x, labels=labels, q=q, k=[k], order=[order], neighbors=nearest, distances=np.take_along_axis(distance, nearest, 1),
                          votes=votes, prediction=votes.argmax(1)))
    return cases


def pca():
    cases = []
    for n, d, kept in [(12, 3, 3), (20, 5, 2), (5, 9, 4)]:
        x = np.round(numbers(n, d) @ numbers(d, d), 3)
        mean = x.mean(0)
        u, s, vt = np.linalg.svd(x - mean, full_matrices=False)
        vt = vt * np.sign(np.take_along_axis(vt, np.abs(vt).argmax(1)[:, None], 1))
        variances, c = s[:kept] ** 2 / (n - 1), vt[:kept]
        z = (x - mean) @ c.T
        white = z / np.sqrt(variances + 0.1)
        cases.append(case(x=x, kept=[kept], components=c, variances=variances, transformed=z, inverse=z @ c + mean, white=white, zca=white @ c))
    return cases


if __name__ == "__main__":
    parts = {f.__name__: f() for f in
             (linear_regression, polynomial_regression, perceptron, logistic_regression, softmax_regression, linear_svm, nearest_neighbors, pca)}
    with open(os.path.splitext(os.path.abspath(__file__))[0] + ".json", "w", encoding="utf-8") as file:
        lines = [f"{json.dumps(name)}:[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in part) + "]" for name, part in parts.items()]
        file.write("{\n" + ",\n".join(lines) + "}\n")

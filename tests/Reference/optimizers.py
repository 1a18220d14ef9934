"""Writes optimizers.json: ten steps of every optimizer, the rates of every schedule, and a minimum. Run: python3 optimizers.py (PyTorch 1.13).

Everything is computed in double precision. PyTorch 1.13 has no LARS, LAMB and Lion, and a slip in NAdam: these are the
formulas of their papers in numpy, each named where it stands. As in Descent, weight decay and the norms of LARS and
LAMB skip the intercept b unless a row says otherwise. Inputs are not stored: both sides fill them by the same formula, see fill().
"""
import json
import math
import os
import warnings

import numpy as np
import torch
from torch import nn

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def fill(shape, phase, scale=1.0):
    values = [scale * math.sin(0.7 * i + phase) for i in range(math.prod(shape))]
    return torch.tensor(values).float().double().reshape(shape)


def out(tensor):
    return [float("%.9g" % v) for v in torch.as_tensor(tensor).detach().flatten()]


def affine():
    return fill((3, 4), 0.5), fill((4,), 0.6), fill((5, 3), 0.7), fill((5, 4), 0.8)


def optimizers():
    optim = torch.optim

    def run(kind, decay=0.0, groups=None, clip=None, **options):
        w, b, x, y = affine()
        w.requires_grad_(), b.requires_grad_()
        optimizer = kind(groups(w, b) if groups else [{"params": [w], "weight_decay": decay}, {"params": [b], "weight_decay": 0}], **options)
        for _ in range(10):
            optimizer.zero_grad()
            ((x @ w + b - y) ** 2).mean().backward()
            if clip:
                clip([w, b])
            optimizer.step()
        return {"w": out(w), "b": out(b)}

    def groups(w, b):
        return [{"params": [w]}, {"params": [b], "lr": 0.05, "weight_decay": 0.0}]

    def decayed(w, b):
        return [{"params": [w, b], "weight_decay": 0.1}]

    def norm(parameters):
        nn.utils.clip_grad_norm_(parameters, 0.25)

    def value(parameters):
        nn.utils.clip_grad_value_(parameters, 0.05)

    clipped = {
        "norm": run(optim.SGD, clip=norm, lr=0.5, momentum=0.9),
        "value": run(optim.SGD, clip=value, lr=0.5, momentum=0.9),
    }
    return clipped, {
        "sgd": run(optim.SGD, lr=0.1),
        "sgd_decay": run(optim.SGD, 0.1, lr=0.1),
        "sgd_decay_of_all": run(optim.SGD, groups=decayed, lr=0.1),
        "sgd_momentum": run(optim.SGD, lr=0.1, momentum=0.9),
        "sgd_momentum_decay": run(optim.SGD, 0.1, lr=0.1, momentum=0.9),
        "sgd_nesterov": run(optim.SGD, 0.1, lr=0.1, momentum=0.9, nesterov=True),
        "adagrad": run(optim.Adagrad, lr=0.1),
        "adagrad_decay": run(optim.Adagrad, 0.1, lr=0.1, eps=1e-3),
        "adadelta": run(optim.Adadelta),
        "adadelta_decay": run(optim.Adadelta, 0.1, lr=0.5, rho=0.8, eps=1e-3),
        "rmsprop": run(optim.RMSprop, lr=0.01),
        "rmsprop_decay": run(optim.RMSprop, 0.1, lr=0.01, alpha=0.9, eps=1e-3),
        "rmsprop_momentum": run(optim.RMSprop, lr=0.01, momentum=0.9),
        "rmsprop_centered": run(optim.RMSprop, lr=0.01, alpha=0.9, centered=True, eps=1e-3),
        "rmsprop_centered_momentum": run(optim.RMSprop, 0.1, lr=0.01, alpha=0.9, centered=True, momentum=0.5, eps=1e-3),
        "adam": run(optim.Adam, lr=0.1),
        "adam_decay": run(optim.Adam, 0.1, lr=0.1, betas=(0.8, 0.99), eps=1e-4),
        "adam_amsgrad": run(optim.Adam, 0.1, lr=0.1, betas=(0.8, 0.5), amsgrad=True),
        "adamw": run(optim.AdamW, 0.3, lr=0.1),
        "adamw_amsgrad": run(optim.AdamW, 0.3, lr=0.1, betas=(0.8, 0.5), amsgrad=True),
        "adamw_groups": run(optim.AdamW, groups=groups, lr=0.1, weight_decay=0.3),
        **papers(),
    }


def papers():
    def run(step):
        w, b, x, y = (t.numpy().copy() for t in affine())
        states = {"w": {}, "b": {}}
        for t in range(1, 11):
            error = 2 * (x @ w + b - y) / y.size
            gradients = x.T @ error, error.sum(0)
            w = step(w, gradients[0], states["w"], t, True)
            b = step(b, gradients[1], states["b"], t, False)
        return {"w": out(w), "b": out(b)}

    def ratio(a, b, is_matrix, scale=1.0):
        return scale * a / b if is_matrix and a > 0 and b > 0 else 1.0

    # You, Gitman, Ginsburg 2017, algorithm 1.
    def lars(lr, momentum, decay, trust):
        def step(w, g, state, t, is_matrix):
            decay_here = decay if is_matrix else 0
            norm = np.linalg.norm(w)
            local = ratio(norm, np.linalg.norm(g) + decay_here * norm, is_matrix, trust)
            state["v"] = momentum * state.get("v", 0) + lr * local * (g + decay_here * w)
            return w - state["v"]
        return step

    # You et al. 2020, algorithm 2.
    def lamb(lr, beta1, beta2, eps, decay):
        def step(w, g, state, t, is_matrix):
            m = state["m"] = beta1 * state.get("m", 0) + (1 - beta1) * g
            v = state["v"] = beta2 * state.get("v", 0) + (1 - beta2) * g * g
            r = m / (1 - beta1 ** t) / (np.sqrt(v / (1 - beta2 ** t)) + eps) + (decay if is_matrix else 0) * w
            return w - lr * ratio(np.linalg.norm(w), np.linalg.norm(r), is_matrix) * r
        return step

    # Dozat 2016 with the warm-up of the momentum, as PyTorch documents it; the code of 1.13 multiplies mu into product_next a second time.
    def nadam(lr, beta1, beta2, eps, decay, momentum_decay):
        def step(w, g, state, t, is_matrix):
            g = g + (decay if is_matrix else 0) * w
            mu, mu_next = (beta1 * (1 - 0.5 * 0.96 ** (k * momentum_decay)) for k in (t, t + 1))
            product = state["product"] = state.get("product", 1) * mu
            m = state["m"] = beta1 * state.get("m", 0) + (1 - beta1) * g
            v = state["v"] = beta2 * state.get("v", 0) + (1 - beta2) * g * g
            ahead = mu_next * m / (1 - product * mu_next) + (1 - mu) * g / (1 - product)
            return w - lr * ahead / (np.sqrt(v / (1 - beta2 ** t)) + eps)
        return step

    # Chen et al. 2023, algorithm 2.
    def lion(lr, beta1, beta2, decay):
        def step(w, g, state, t, is_matrix):
            m = state.get("m", np.zeros_like(w))
            update = np.sign(beta1 * m + (1 - beta1) * g) + (decay if is_matrix else 0) * w
            state["m"] = beta2 * m + (1 - beta2) * g
            return w - lr * update
        return step

    return {
        "nadam": run(nadam(0.1, 0.9, 0.999, 1e-8, 0, 4e-3)),
        "nadam_decay": run(nadam(0.1, 0.8, 0.99, 1e-4, 0.1, 0.5)),
        "lars": run(lars(2, 0.9, 0.1, 0.02)),
        "lamb": run(lamb(0.1, 0.9, 0.999, 1e-6, 0.1)),
        "lamb_betas": run(lamb(0.05, 0.8, 0.9, 1e-3, 0)),
        "lion": run(lion(0.03, 0.9, 0.99, 0)),
        "lion_decay": run(lion(0.03, 0.8, 0.95, 0.2)),
    }


def minimize():
    w, b = torch.zeros(3, 3, requires_grad=True), torch.zeros(3, requires_grad=True)
    x, labels = fill((40, 3), 0.3, 2.0), torch.tensor([i * 7 % 5 % 3 for i in range(40)])
    optimizer = torch.optim.LBFGS([w, b], history_size=10, max_iter=200, tolerance_grad=1e-12, tolerance_change=0, line_search_fn="strong_wolfe")

    def objective():
        return nn.functional.cross_entropy(x @ w + b, labels) + 0.01 * (w ** 2).sum() + 0.01 * (b ** 2).sum()

    def closure():
        optimizer.zero_grad()
        loss = objective()
        loss.backward()
        return loss

    for _ in range(3):
        optimizer.step(closure)
    return {"w": out(w), "b": out(b), "loss": out(objective())}


def schedules():
    lr = torch.optim.lr_scheduler

    def run(make, steps, rate=0.4):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)
        schedule = make(optimizer)
        rates = []
        for _ in range(steps):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        return rates

    return {
        "constant": run(lambda o: lr.ConstantLR(o, factor=1), 4),
        "step": run(lambda o: lr.StepLR(o, 3, gamma=0.5), 12),
        "multistep": run(lambda o: lr.MultiStepLR(o, [2, 5, 9]), 12),
        "exponential": run(lambda o: lr.ExponentialLR(o, math.exp(-0.3)), 12),
        "inverse_time": run(lambda o: lr.LambdaLR(o, lambda t: 1 / (1 + 0.3 * t)), 12),
        "polynomial": run(lambda o: lr.PolynomialLR(o, total_iters=10, power=2), 13),
        "linear": run(lambda o: lr.LinearLR(o, start_factor=1, end_factor=0.25, total_iters=8), 12),
        "cosine": run(lambda o: lr.CosineAnnealingLR(o, 10, eta_min=0.01), 11),
        "cosine_warmup": run(lambda o: lr.SequentialLR(
            o, [lr.LinearLR(o, start_factor=0.25, total_iters=3), lr.CosineAnnealingLR(o, 8)], [4]), 12),
        "cosine_restarts": run(lambda o: lr.CosineAnnealingWarmRestarts(o, 4, eta_min=0.01), 15),
        "cosine_restarts_longer": run(lambda o: lr.CosineAnnealingWarmRestarts(o, 3, T_mult=2), 30),
        "onecycle": run(lambda o: lr.OneCycleLR(o, 0.4, total_steps=20), 20),
        "onecycle_short_rise": run(lambda o: lr.OneCycleLR(o, 0.4, total_steps=15, pct_start=0.2, div_factor=10, final_div_factor=100), 15),
        "step_warmup": run(lambda o: lr.SequentialLR(
            o, [lr.LinearLR(o, start_factor=0.2, total_iters=4), lr.StepLR(o, 3, gamma=0.5)], [5]), 14),
        "sequence": run(lambda o: lr.SequentialLR(o, [lr.ConstantLR(o, factor=0.5, total_iters=100), lr.ExponentialLR(o, 0.9)], [4]), 12),
        "chained": run(lambda o: lr.ChainedScheduler([lr.StepLR(o, 4, gamma=0.5), lr.ExponentialLR(o, 0.9)]), 12),
    }


MEASURES = [3, 2, 1.9999, 2, 2.1, 1.5, 1.6, 1.7, 1.5, 1.4999, 1.6, 1.7, 1.8, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6]


def plateau():
    def run(sign=1, **options):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
        schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options)
        rates = []
        for measure in MEASURES:
            schedule.step(sign * measure)
            rates.append(optimizer.param_groups[0]["lr"])
        return rates

    return {
        "measures": MEASURES,
        "relative": run(patience=2),
        "absolute": run(factor=0.5, patience=1, threshold=0.2, threshold_mode="abs"),
        "cooldown_floor": run(factor=0.5, patience=0, cooldown=2, min_lr=0.1),
        "larger_relative": run(-1, mode="max", factor=0.5, patience=1, threshold=0.01),
        "larger_absolute": run(-1, mode="max", factor=0.5, patience=1, threshold=0.2, threshold_mode="abs"),
    }


if __name__ == "__main__":
    path = os.path.splitext(os.path.abspath(__file__))[0] + ".json"
    clipped, steps = optimizers()
    parts = {"optimizers": steps, "clipped": clipped, "minimize": minimize(), "schedules": schedules(), "plateau": plateau()}
    with open(path, "w", encoding="utf-8") as file:
        parts = [f'"{name}":{{\n' + ",\n".join(f'"{k}":' + json.dumps(v, separators=(",", ":")) for k, v in part.items()) + "}"
                 for name, part in parts.items()]
        file.write("{" + ",\n".join(parts) + "}\n")

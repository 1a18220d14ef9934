"""Writes nn.json: what PyTorch computes for LeNet-5, optimizers and schedules. Run: python3 nn.py (PyTorch 1.13).

Inputs are not stored: both sides fill them by the same formula, see fill().
"""
import json
import math
import os
import warnings

import torch
from torch import nn

warnings.filterwarnings("ignore")
torch.set_num_threads(1)


def fill(shape, phase, scale=1.0):
    count = math.prod(shape)
    values = [scale * math.sin(0.7 * i + phase) for i in range(count)]
    return torch.tensor(values, dtype=torch.float32).reshape(shape)


def fill_module(module, scale=0.5):
    """Parameter number k is filled with phase k."""
    with torch.no_grad():
        for k, parameter in enumerate(module.parameters()):
            parameter.copy_(fill(parameter.shape, k, scale))
    return module


def out(tensor):
    return [float("%.9g" % v) for v in tensor.detach().double().flatten()]


def lenet5():
    model = fill_module(nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)), 0.1)
    images, labels = fill((3, 1, 28, 28), 0.1), torch.tensor([3, 1, 4])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    result = {"logits": out(model(images)), "gradient_norms": [], "losses": []}
    for step in range(10):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        if step == 0:
            result["gradient_norms"] = [float(p.grad.double().norm()) for p in model.parameters()]
        optimizer.step()
        result["losses"].append(float(loss))
    return result


def optimizers():
    def run(make):
        w, b = fill((3, 4), 0.5).requires_grad_(), fill((4,), 0.6).requires_grad_()
        x, y = fill((5, 3), 0.7), fill((5, 4), 0.8)
        optimizer = make(w, b)
        for _ in range(10):
            optimizer.zero_grad()
            ((x @ w + b - y) ** 2).mean().backward()
            optimizer.step()
        return {"w": out(w), "b": out(b)}

    sgd, adam, adamw = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW
    return {
        "sgd": run(lambda w, b: sgd([w, b], lr=0.1)),
        "sgd_decay": run(lambda w, b: sgd([w, b], lr=0.1, weight_decay=0.1)),
        "sgd_momentum": run(lambda w, b: sgd([w, b], lr=0.1, momentum=0.9)),
        "sgd_momentum_decay": run(lambda w, b: sgd([w, b], lr=0.1, momentum=0.9, weight_decay=0.1)),
        "sgd_nesterov": run(lambda w, b: sgd([w, b], lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1)),
        "adam": run(lambda w, b: adam([w, b], lr=0.1)),
        "adam_decay": run(lambda w, b: adam([w, b], lr=0.1, betas=(0.8, 0.99), eps=1e-4, weight_decay=0.1)),
        "adamw": run(lambda w, b: adamw([w, b], lr=0.1, weight_decay=0.3)),
        "adamw_groups": run(lambda w, b: adamw(
            [{"params": [w]}, {"params": [b], "lr": 0.05, "weight_decay": 0.0}], lr=0.1, weight_decay=0.3)),
    }


def minimize():
    w, b = torch.zeros(3, 3, requires_grad=True), torch.zeros(3, requires_grad=True)
    x, labels = fill((40, 3), 0.3, 2.0), torch.tensor([i * 7 % 5 % 3 for i in range(40)])
    optimizer = torch.optim.LBFGS([w, b], history_size=10, max_iter=100, line_search_fn="strong_wolfe")

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
    def run(make, steps, rate=0.4):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)
        schedule = make(optimizer)
        rates = []
        for _ in range(steps):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        return rates

    lr = torch.optim.lr_scheduler
    return {
        "step": run(lambda o: lr.StepLR(o, 3, gamma=0.5), 12),
        "multistep": run(lambda o: lr.MultiStepLR(o, [2, 5, 9]), 12),
        "cosine": run(lambda o: lr.CosineAnnealingLR(o, 10, eta_min=0.01), 11),
        "cosine_warmup": run(lambda o: lr.SequentialLR(
            o, [lr.LinearLR(o, start_factor=0.25, total_iters=3), lr.CosineAnnealingLR(o, 8)], [4]), 12),
        "onecycle": run(lambda o: lr.OneCycleLR(o, 0.4, total_steps=20), 20),
        "onecycle_short_rise": run(lambda o: lr.OneCycleLR(o, 0.4, total_steps=15, pct_start=0.2, div_factor=10, final_div_factor=100), 15),
    }


if __name__ == "__main__":
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "nn.json")
    parts = {"lenet5": lenet5(), "optimizers": optimizers(), "minimize": minimize(), "schedules": schedules()}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(parts, file, separators=(",", ":"))
        file.write("\n")

"""Writes nn.json: what PyTorch computes for LeNet-5. Run: python3 nn.py (PyTorch 1.13).

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


if __name__ == "__main__":
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "nn.json")
    parts = {"lenet5": lenet5()}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(parts, file, separators=(",", ":"))
        file.write("\n")

"""Writes networks.json: what PyTorch computes, in double precision, for whole networks. Run: python3 networks.py (PyTorch 1.13).

Inputs and parameters are not stored: both sides fill them by the same formula, see cases.py. Of a network there are its logits, the norm
and the first values of every gradient, the losses of a few steps, and the logits in evaluation mode behind them.
"""
import json
import os
import sys

import torch
from torch import nn

import cases

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../bench/peers"))
import torch_networks as networks  # noqa: E402


class LeNet5OfThePaper(networks.LeNet5):
    """With tanh and average pooling."""

    def forward(self, x):
        x = nn.functional.avg_pool2d(torch.tanh(self.conv1(x)), 2)
        x = nn.functional.avg_pool2d(torch.tanh(self.conv2(x)), 2)
        x = torch.tanh(self.fc1(x.flatten(1)))
        return self.fc3(torch.tanh(self.fc2(x)))


def network(model, shape=(3, 32, 32), steps=3):
    """A network, which may give the logits of auxiliary heads behind its own in training."""
    cases.fill(model, buffers=False).train()
    images, labels = cases.noise((4, *shape), 0), torch.tensor([3, 1, 4, 1])
    result = {"input": [4, *shape], "losses": []}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for step in range(steps):
        optimizer.zero_grad()
        heads = model(images)
        logits, *auxiliary = [heads] if isinstance(heads, torch.Tensor) else heads
        loss = nn.functional.cross_entropy(logits, labels)
        loss = loss + sum(0.3 * nn.functional.cross_entropy(head, labels) for head in auxiliary)
        loss.backward()
        if step == 0:
            result["logits"] = cases.numbers(logits)
            result["gradients"] = {
                name: cases.numbers(torch.cat([p.grad.norm().reshape(1), p.grad.flatten()[:4]])) for name, p in model.named_parameters()}
        optimizer.step()
        result["losses"].append(float("%.7g" % loss))
    with torch.no_grad():
        result["logits_behind"] = cases.numbers(model.eval()(images))
    return result


def fast_vgg():
    """Its fixed filters are filled too, which the gradients do not name."""
    model = networks.FastVgg(width=0.25)
    model.whiten.weight.copy_(cases.noise(model.whiten.weight.shape, cases.BUFFERS))
    return model


def write(script, parts):
    """One line for each network, so that a difference can be read."""
    with open(os.path.splitext(os.path.abspath(script))[0] + ".json", "w", encoding="utf-8") as file:
        file.write("{\n" + ",\n".join(json.dumps(name) + ":" + json.dumps(entry, separators=(",", ":")) for name, entry in parts.items()) + "}\n")


if __name__ == "__main__":
    write(__file__, {
        "lenet5_tanh_average": network(LeNet5OfThePaper(), (1, 28, 28)),
        "resnet20": network(networks.CifarResNet(20)),
        "vgg": network(networks.Vgg()),
        "vit": network(networks.VisionTransformer()),
        "fast-vgg": network(fast_vgg(), (3, 25, 18)),
    })

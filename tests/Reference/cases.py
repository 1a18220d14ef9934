"""What the scripts of the layer families share: each writes <family>.json, which tests/Descent.NN.Tests/LayerSamples*.cs reads.

A family is a table of rows; a row is a list of cases, one for each shape, all of one layer, loss or function. Everything is computed in
double precision. Parameters and most inputs are not stored: both sides fill them by the same formula, see noise().
"""
import json
import math
import os
import warnings

import torch

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

WEIGHTS, PARAMETERS, BUFFERS = 5, 10, 60  # The phases of noise that each kind of values begins with; inputs begin with 0.


def noise(shape, phase, scale=1.0, shift=0.0):
    """Uniform in shift ± scale: the finaliser of MurmurHash3 over index and phase, rounded to single precision."""
    mask = 0xFFFFFFFF
    x = (torch.arange(math.prod(shape), dtype=torch.int64) + 0x9E3779B1 * (phase + 1)) & mask
    x = x ^ (x >> 16)
    x = (x * 0x85EBCA6B) & mask
    x = x ^ (x >> 13)
    x = (x * 0xC2B2AE35) & mask
    x = x ^ (x >> 16)
    values = (x.double() / 2 ** 31 - 1).float().double() * scale + shift
    return values.float().double().reshape(shape)


class Noise:
    """An input of another range than ±1, or one that is not differentiated."""

    def __init__(self, shape, scale=1.0, shift=0.0, constant=False):
        self.shape, self.scale, self.shift, self.constant = shape, scale, shift, constant


def fill(module, buffers=True):
    """Matrices and filters noise scaled to keep the variance; vectors 0.3 of noise around 1 (weight) or 0 (else); variances around 1."""
    with torch.no_grad():
        for k, (name, parameter) in enumerate(module.named_parameters()):
            if parameter.dim() > 1:
                values = noise(parameter.shape, PARAMETERS + k, math.sqrt(3 * parameter.shape[0] / parameter.numel()))
            else:
                values = noise(parameter.shape, PARAMETERS + k, 0.3, 1 if name.endswith("weight") else 0)
            parameter.copy_(values)
        for k, (name, buffer) in enumerate(floating(module) if buffers else []):
            buffer.copy_(noise(buffer.shape, BUFFERS + k, 0.3, 1 if name.endswith("var") else 0))
    return module


def floating(module):
    return [(name, buffer) for name, buffer in module.named_buffers() if buffer.is_floating_point()]


def numbers(tensor):
    return [float("%.7g" % v) for v in tensor.detach().flatten()]


def gradient(leaf):
    return torch.zeros_like(leaf) if leaf.grad is None else leaf.grad


def case(function, *inputs, training=True):
    """Outputs and all gradients of the sum of outputs times noise.

    A shape or a Noise is an input that is filled by formula and differentiated unless constant; a tensor of floats is stored and differentiated; one of
    integers or booleans is stored. A function that returns several tensors has several outputs.
    """
    module = function if isinstance(function, torch.nn.Module) else None
    if module is not None:
        fill(module).train(training)
    stored, x = [], []
    for k, given in enumerate(inputs):
        if isinstance(given, torch.Tensor):
            values = [int(v) for v in given.flatten()] if not given.is_floating_point() else numbers(given.float())
            stored.append({"shape": list(given.shape), "values" if given.is_floating_point() else "integers": values})
            x.append(given.float().double().requires_grad_() if given.is_floating_point() else given)
        else:
            given = given if isinstance(given, Noise) else Noise(given)
            stored.append({"shape": list(given.shape)})
            if (given.scale, given.shift) != (1, 0):
                stored[-1].update(scale=given.scale, shift=given.shift)
            if given.constant:
                stored[-1]["constant"] = True
            x.append(noise(given.shape, k, given.scale, given.shift).requires_grad_(not given.constant))
    y = function(*x)
    y = [y] if isinstance(y, torch.Tensor) else list(y)
    total = sum((part * noise(part.shape, WEIGHTS + k)).sum() for k, part in enumerate(y))
    if total.requires_grad:
        total.backward()
    result = {"x": stored, "y": [numbers(part) for part in y]}
    result["dx"] = [numbers(gradient(t)) for t in x if t.requires_grad]
    if module is not None:
        result["gradients"] = {name: numbers(gradient(parameter)) for name, parameter in module.named_parameters()}
        result["buffers"] = {name: numbers(buffer) for name, buffer in floating(module)}
        result["training"] = training
        result = {key: value for key, value in result.items() if value not in ({}, True)}
    return result


def cases(function, *shapes, **options):
    """The same function at several inputs, each a shape or a tuple of inputs."""
    return [case(function, *(inputs if isinstance(inputs, list) else [inputs]), **options) for inputs in shapes]


def each(make, *arguments):
    """A module made for each list of arguments, the last of which is its input."""
    return [case(make(*sizes[:-1]), sizes[-1]) for sizes in arguments]


def write(script, rows):
    """One line for each case, so that a difference can be read."""
    path = os.path.splitext(os.path.abspath(script))[0] + ".json"
    with open(path, "w", encoding="utf-8") as file:
        lines = [f"{json.dumps(name)}:[\n" + ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in row) + "]" for name, row in rows.items()]
        file.write("{\n" + ",\n".join(lines) + "}\n")

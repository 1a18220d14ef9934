#!/usr/bin/env python3
"""Values and gradients of the engine's ops as PyTorch computes them in double. Writes ops.json beside this file.

Each case names an op, its arguments, inputs, outputs, the upstream gradient of its first output, and the gradient of each float input.
Inputs are rounded to three decimals, so that both sides start from the same numbers.
"""
import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(0)
cases = []


def numbers(*shape, low=-2.0, high=2.0):
    return (torch.rand(shape, dtype=torch.float64) * (high - low) + low).mul(1000).round().div(1000)


def longs(values, *shape):
    return torch.tensor(values, dtype=torch.int64).reshape(shape)


def pack(t):
    if t.is_floating_point():
        return {"shape": list(t.shape), "values": [float(f"{v:.12g}") for v in t.detach().flatten().tolist()]}
    return {"shape": list(t.shape), "integers": [int(v) for v in t.flatten().tolist()]}


def case(name, op, function, *inputs, **arguments):
    leaves = [x.clone().requires_grad_() if x.dtype == torch.float64 else x for x in inputs]
    result = function(*leaves)
    outputs = list(result) if isinstance(result, tuple) else [result]
    row = {"name": name, "op": op, "arguments": arguments, "inputs": [pack(x) for x in inputs], "outputs": [pack(y) for y in outputs]}
    if outputs[0].requires_grad:
        dy = numbers(*outputs[0].shape)
        wanted = [x for x in leaves if x.requires_grad]
        row["upstream"] = pack(dy)
        row["gradients"] = [pack(g) for g in torch.autograd.grad(outputs[0], wanted, dy)]
    cases.append(row)


# Elementwise functions of one argument.
UNARY = {
    "exp": torch.exp, "sin": torch.sin, "cos": torch.cos, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": F.relu, "abs": torch.abs,
    "sign": torch.sign, "floor": torch.floor, "erf": torch.erf, "softplus": F.softplus, "gelu": F.gelu, "silu": F.silu, "negate": torch.neg,
    "square": torch.square, "reciprocal": torch.reciprocal,
    "gelu-tanh": lambda x: x / 2 * (1 + torch.tanh((2 / torch.pi) ** 0.5 * (x + 0.044715 * x ** 3))),
}
for name, function in UNARY.items():
    case(name, name, function, numbers(2, 5, low=-4, high=4))
for name, function in {"log": torch.log, "sqrt": torch.sqrt}.items():
    case(name, name, function, numbers(2, 5, low=0.1, high=4))
case("softplus far out", "softplus", F.softplus, torch.tensor([-700.0, -40.0, 19.0, 700.0], dtype=torch.float64))
case("leaky relu", "leaky-relu", lambda x: F.leaky_relu(x, 0.1), numbers(2, 5), slope=0.1)
case("prelu", "leaky-relu-tensor", lambda x, a: F.prelu(x, a), numbers(4, 3), numbers(3, low=0.1, high=0.5))
case("elu", "elu", lambda x: F.elu(x, 1.5), numbers(2, 5, low=-4, high=4), alpha=1.5)
case("clamp", "clamp", lambda x: x.clamp(-1.0005, 0.5005), numbers(2, 6), low=-1.0005, high=0.5005)

# Two arguments, broadcasting.
for name, function in {
    "add": torch.add, "subtract": torch.sub, "multiply": torch.mul, "divide": torch.div, "maximum": torch.maximum, "minimum": torch.minimum,
}.items():
    case(name, name, function, numbers(3, 1, 4), numbers(2, 1, low=0.5, high=3))
case("maximum at ties", "maximum", torch.maximum, numbers(3), numbers(3))
tied = numbers(4)
case("maximum of equals", "maximum", torch.maximum, tied, tied)
case("power", "power", torch.pow, numbers(3, 4, low=0.2, high=3), numbers(4, low=-2, high=3))
case("power of 0", "power", torch.pow, torch.tensor([0.0, 0.0, 2.0], dtype=torch.float64), torch.tensor([2.0, 3.0, 0.0], dtype=torch.float64))

# Reductions.
for axes in ([0], [1], [0, 2], [0, 1, 2]):
    x = numbers(3, 4, 2)
    label = ",".join(map(str, axes))
    case(f"sum over {label}", "sum", lambda x: x.sum(axes), x, axes=axes)
    case(f"mean over {label}", "mean", lambda x: x.mean(axes, keepdim=True), x, axes=axes, keep=True)
    case(f"max over {label}", "max", lambda x: x.amax(axes), x, axes=axes)
    case(f"min over {label}", "min", lambda x: x.amin(axes), x, axes=axes)
    case(f"variance over {label}", "variance", lambda x: x.var(axes, unbiased=True), x, axes=axes)
    case(f"log-sum-exp over {label}", "log-sum-exp", lambda x: x.logsumexp(axes), x, axes=axes)
case("biased variance", "variance", lambda x: x.var([1], unbiased=False, keepdim=True), numbers(3, 5), axes=[1], keep=True, biased=True)
case("standard deviation", "standard-deviation", lambda x: x.std([1]), numbers(3, 5), axes=[1])
case("max of equals", "max", lambda x: x.amax([1]), torch.tensor([[1.0, 3.0, 3.0, 3.0], [2.0, 2.0, 0.0, 1.0]], dtype=torch.float64), axes=[1])
case("log-sum-exp of numbers far apart", "log-sum-exp", lambda x: x.logsumexp([0]), torch.tensor([1000.0, 999.0, -1000.0], dtype=torch.float64), axes=[0])
case("argmax", "argmax", lambda x: x.argmax(1), numbers(3, 5, 2), axis=1)
case("argmin", "argmin", lambda x: x.argmin(-1), numbers(3, 5), axis=-1)

case("argmax of all", "argmax-over", lambda x: x.argmax(), numbers(3, 5, 2), axes=[])
case("argmin of all", "argmin-over", lambda x: x.argmin(), numbers(3, 5, 2), axes=[])
case("argmax of the last two axes", "argmax-over", lambda x: x.flatten(1).argmax(1), numbers(3, 5, 2), axes=[1, 2])
case("sum of integers", "sum", lambda x: x.sum([0, 2]), longs(list(range(-7, 17)), 2, 3, 4), axes=[0, 2])
case("max of integers", "max", lambda x: x.amax([1]), longs([5, -3, 2 ** 40, 7, 0, -1], 2, 3), axes=[1])
case("integer formula", "integer-formula",
     lambda a, b: torch.where(a > b, a * b - 3, torch.maximum(a.abs(), -b).clamp(-4, 7)) + a.sign(),
     longs([5, -3, 2, 7, 0, -1], 2, 3), longs([1, -2, 3], 3))
case("integer quotient", "integer-quotient", torch.div, longs([5, -3, 2, 7], 4), longs([2, 8, -4, 1], 4))

# Shapes and indices.
case("pad", "pad", lambda x: F.pad(x, (1, 2, 0, 3), value=0.25), numbers(2, 3), before=[0, 1], after=[3, 2], value=0.25)
case("concat", "concat", lambda a, b: torch.cat([a, b], 1), numbers(2, 3, 2), numbers(2, 1, 2), axis=1)
case("stack", "stack", lambda a, b: torch.stack([a, b], -1), numbers(2, 3), numbers(2, 3), axis=-1)
case("flip", "flip", lambda x: x.flip(1), numbers(2, 3), axis=1)
case("permute", "permute", lambda x: x.permute(2, 0, 1), numbers(2, 3, 4), axes=[2, 0, 1])
case("slice", "slice", lambda x: x[:, 1:6:2], numbers(2, 7), axis=1, start=1, step=2, size=3)
case("gather", "gather", lambda x, i: x.index_select(1, i), numbers(2, 4, 3), longs([3, 0, 3], 3), axis=1)
case("embedding", "gather", lambda w, i: F.embedding(i, w), numbers(5, 3), longs([4, 0, 4, 2], 2, 2), axis=0)
case("gather along", "gather-along", lambda x, i: x.gather(1, i), numbers(3, 4), longs([1, 0, 2, 2, 3, 3], 3, 2), axis=1)
case("scatter add", "scatter-add", lambda x, i, s: x.index_add(0, i, s), numbers(4, 3), longs([2, 0, 2], 3), numbers(3, 3), axis=0)
case("scatter add along", "scatter-add-along", lambda x, i, s: x.scatter_add(1, i, s), numbers(2, 3), longs([2, 0, 2, 1, 1, 1], 2, 3),
     numbers(2, 3), axis=1)
case("one hot", "one-hot", lambda i: F.one_hot(i, 4), longs([0, 3, 1, 1], 2, 2), classes=4)

# Products.
case("matmul", "matmul", torch.matmul, numbers(3, 4), numbers(4, 2))
case("matmul of batches", "matmul", torch.matmul, numbers(2, 1, 3, 4), numbers(3, 4, 2))

# Convolutions.
for label, x, w, arguments in [
    ("plain", (2, 3, 5, 5), (4, 3, 3, 3), {}),
    ("strided and padded", (1, 2, 6, 7), (3, 2, 3, 3), {"stride": 2, "padding": 1}),
    ("dilated", (1, 2, 7, 7), (2, 2, 3, 3), {"padding": 2, "dilation": 2}),
    ("grouped", (1, 4, 4, 4), (6, 2, 3, 3), {"padding": 1, "groups": 2}),
    ("depthwise", (2, 3, 4, 4), (3, 1, 3, 3), {"groups": 3}),
    ("1x1", (2, 3, 3, 2), (2, 3, 1, 1), {}),
    ("all at once", (1, 4, 9, 8), (4, 2, 3, 2), {"stride": 2, "padding": 3, "dilation": 2, "groups": 2}),
]:
    case(f"conv2d {label}", "conv2d", lambda x, w: F.conv2d(x, w, **arguments), numbers(*x), numbers(*w, low=-1, high=1), **arguments)

# Pools.
for label, kernel, stride, padding in [("2x2", 2, 2, 0), ("overlapping", 3, 2, 1), ("dense", 2, 1, 0)]:
    x = numbers(2, 2, 5, 6)
    arguments = {"kernel": kernel, "stride": stride, "padding": padding}
    case(f"maxpool2d {label}", "maxpool2d", lambda x: F.max_pool2d(x, kernel, stride, padding, return_indices=True), x, **arguments)
    for count in (True, False):
        case(f"avgpool2d {label} {count}", "avgpool2d", lambda x: F.avg_pool2d(x, kernel, stride, padding, count_include_pad=count), x,
             count=count, **arguments)
case("maxpool2d of equals", "maxpool2d", lambda x: F.max_pool2d(x, 2, 2, return_indices=True), torch.ones(1, 1, 4, 4, dtype=torch.float64),
     kernel=2, stride=2, padding=0)

# Softmax and its loss.
for axis in (0, 1, -1):
    case(f"softmax over {axis}", "softmax", lambda x: x.softmax(axis), numbers(3, 4, 2), axis=axis)
    case(f"log-softmax over {axis}", "log-softmax", lambda x: x.log_softmax(axis), numbers(3, 4, 2), axis=axis)
for label, x, labels, arguments in [
    ("plain", (4, 5), longs([0, 4, 2, 2], 4), {}),
    ("smoothed", (4, 5), longs([0, 4, 2, 2], 4), {"smoothing": 0.1}),
    ("ignoring", (4, 5), longs([0, -100, 2, -100], 4), {"ignore": -100}),
    ("smoothed and ignoring", (4, 5), longs([0, 3, 2, 3], 4), {"smoothing": 0.25, "ignore": 3}),
    ("of sequences", (2, 5, 3), longs([0, 4, 2, 1, 3, 3], 2, 3), {}),
    ("of pixels", (2, 3, 2, 2), longs([0, 1, 2, 2, 1, 1, 0, 2], 2, 2, 2), {"smoothing": 0.1, "ignore": 1}),
]:
    case(f"cross-entropy {label}", "cross-entropy",
         lambda x, y: F.cross_entropy(x, y, reduction="none", label_smoothing=arguments.get("smoothing", 0.0),
                                      ignore_index=arguments.get("ignore", -1000)),
         numbers(*x), labels, **arguments)


# Batch normalisation: output, mean and biased variance.
def batch_norm(x, gamma, beta):
    axes = [i for i in range(x.dim()) if i != 1]
    return F.batch_norm(x, None, None, gamma, beta, training=True, eps=1e-3), x.mean(axes), x.var(axes, unbiased=False)


def batch_norm_inference(x, gamma, beta, mean, variance):
    # F.batch_norm does not differentiate by mean and variance, so its formula stands here, checked against it.
    shape = [1, -1] + [1] * (x.dim() - 2)
    y = (x - mean.view(shape)) / (variance.view(shape) + 1e-3).sqrt() * gamma.view(shape) + beta.view(shape)
    with torch.no_grad():
        assert torch.allclose(y, F.batch_norm(x, mean, variance, gamma, beta, training=False, eps=1e-3), rtol=1e-12)
    return y


for label, x in [("of rows", (6, 3)), ("of images", (2, 3, 2, 3))]:
    case(f"batch-norm {label}", "batch-norm", batch_norm, numbers(*x), numbers(3, low=0.5, high=2), numbers(3), epsilon=1e-3)
    case(f"batch-norm of inference {label}", "batch-norm-inference", batch_norm_inference, numbers(*x), numbers(3, low=0.5, high=2), numbers(3), numbers(3), numbers(3, low=0.5, high=2), epsilon=1e-3)

# Layer normalisation over one axis and two.
for label, x, row, weights in [("of rows", (4, 5), (5,), 2), ("of tokens", (2, 3, 4), (4,), 2), ("of planes", (2, 3, 4), (3, 4), 2),
                               ("without beta", (3, 7), (7,), 1), ("without map", (3, 4), (4,), 0)]:
    inputs = [numbers(*row, low=0.5, high=2), numbers(*row)][:weights]
    case(f"layer-norm {label}", "layer-norm",
         lambda x, gamma=None, beta=None: F.layer_norm(x, row, gamma, beta, eps=1e-3), numbers(*x), *inputs, epsilon=1e-3)

# Attention: scores, softmax and products by their definitions, since this PyTorch has no op for it.
def attention(q, k, v, mask=None, causal=False):
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(mask == 0, float("-inf")) if mask.dtype != torch.float64 else scores + mask
    if causal:
        scores = scores.masked_fill(torch.ones(scores.shape[-2:]).triu(1).bool(), float("-inf"))
    return scores.softmax(-1) @ v


def self_attention(x, heads):
    n, tokens, width = x.shape[0], x.shape[1], x.shape[2] // 3
    q, k, v = [part.reshape(n, tokens, heads, width // heads).permute(0, 2, 1, 3) for part in x.split(width, -1)]
    return attention(q, k, v).permute(0, 2, 1, 3).reshape(n, tokens, width)


for label, q, k, v, mask, arguments in [
    ("of one head", (5, 3), (4, 3), (4, 2), [], {}),
    ("of heads", (2, 3, 5, 7), (2, 3, 4, 7), (2, 3, 4, 7), [], {}),
    ("causal", (2, 2, 7, 5), (2, 2, 7, 5), (2, 2, 7, 3), [], {"causal": True}),
    ("with a mask", (2, 2, 3, 4), (2, 2, 5, 4), (2, 2, 5, 4), [(3, 5)], {}),
    ("with a mask per image, causal", (2, 2, 3, 4), (2, 2, 3, 4), (2, 2, 3, 4), [(2, 1, 1, 3)], {"causal": True}),
]:
    case(f"attention {label}", "attention", lambda q, k, v, m=None: attention(q, k, v, m, **arguments), numbers(*q), numbers(*k), numbers(*v),
         *[numbers(*m) for m in mask], **arguments)
case("attention of a projection", "attention of a projection", lambda x: self_attention(x, 3), numbers(2, 5, 27), heads=3)

# Linear algebra. Symmetric matrices are made inside the function, so that the gradient is that of any matrix.


def definite(*shape):
    a = numbers(*shape)
    return (a @ a.mT + torch.eye(shape[-1])).mul(1000).round().div(1000)


def symmetric(x):
    return (x + x.mT) / 2


def rebuilt(x):
    u, s, vt = torch.linalg.svd(x, full_matrices=False)
    return u @ torch.diag_embed(s.log()) @ vt


def squared_vectors(x):
    u, _, vt = torch.linalg.svd(x, full_matrices=False)
    return u.square(), vt.square()


for shape in [(1, 1), (5, 5), (2, 3, 3)]:
    case(f"cholesky {shape}", "cholesky", lambda x: torch.linalg.cholesky(symmetric(x)), definite(*shape))
    b = numbers(*shape[:-1], 2)
    case(f"cholesky-solve {shape}", "cholesky-solve", lambda x, y: torch.cholesky_solve(y, torch.linalg.cholesky(symmetric(x))), definite(*shape), b)
    steep = numbers(*shape, low=-1, high=1) + 2 * torch.eye(shape[-1])
    for upper in [False, True]:
        case(f"solve-triangular {shape} {upper}", "solve-triangular",
             lambda t, y, upper=upper: torch.linalg.solve_triangular(t, y, upper=upper), steep, b, **({"upper": True} if upper else {}))
for shape in [(1, 1), (5, 5), (2, 3, 3)]:
    case(f"eigenvalues {shape}", "eigenvalues", lambda x: torch.linalg.eigh(symmetric(x))[0], numbers(*shape))
    case(f"squared eigenvectors {shape}", "squared eigenvectors", lambda x: torch.linalg.eigh(symmetric(x))[1].square(), numbers(*shape))
for shape in [(5, 3), (4, 7), (2, 3, 3)]:
    case(f"singular values {shape}", "singular values", lambda x: torch.linalg.svdvals(x), numbers(*shape))
    case(f"squared singular vectors {shape}", "squared singular vectors", squared_vectors, numbers(*shape))
    case(f"rebuilt of logarithms {shape}", "rebuilt of logarithms", rebuilt, numbers(*shape))
for k in [-1, 0, 2]:
    case(f"tril {k}", "tril", lambda x, k=k: x.tril(k), numbers(3, 5), diagonal=k)
    case(f"triu {k}", "triu", lambda x, k=k: x.triu(k), numbers(2, 5, 3), diagonal=k)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "ops.json"), "w", encoding="utf-8") as file:
    file.write('{"torch": "' + torch.__version__ + '", "cases": [\n')
    file.write(",\n".join(json.dumps(c, ensure_ascii=False, separators=(",", ":")) for c in cases))
    file.write("\n]}\n")
print(f"{len(cases)} cases")

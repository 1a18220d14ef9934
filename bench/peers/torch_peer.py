"""The benchmark cases in PyTorch, driven over stdin and stdout so that a harness can interleave them with its own.

One JSON object per line in, one per line out, in the same order. A request that fails is answered by {"error": "..."}; nothing else is
ever written to stdout. The process ends at the end of its input.

Needs PyTorch, NumPy and a fast BLAS (Debian: python3-torch, python3-numpy, libopenblas0). Without the last, Debian's PyTorch falls back
to the reference BLAS and its matrix products take twenty times as long; "version" then says "blas": "reference", and no figure counts.

Requests
  {"command": "version"}
      -> {"name": "PyTorch", "version": "1.13.1", "numpy": ..., "capability": "AVX2", "blas": "OpenBLAS", "cores": 2, "settings": "<text>"}
  {"command": "load", "case": "lenet5-b64", "weights": FILE, "data": FILE, "layout": "default" | "channels_last", "threads": 1 | 2}
      -> {"parameters": 61706, "batch": 64, "ring": 8}
      Makes this the current case; what was loaded before is dropped. The layout says how images and filters lie in memory; for a network
      without convolutions both mean the same. Threads are those of one operation, in PyTorch and in OpenBLAS.
  {"command": "losses", "steps": 10}
      -> {"losses": [2.31, ...]}          starts from the loaded weights; the loss of step i is read before its update
  {"command": "logits"}
      -> {"logits": [[...], ...]}         of the first batch of the ring, in evaluation mode, with the loaded weights
  {"command": "train", "iterations": 100}
      -> {"seconds": 0.41, "sum": 230.1}  starts from the loaded weights; sum adds up the losses, so that none goes unused
  {"command": "infer", "iterations": 100, "batch": 64}
      -> {"seconds": 0.12, "sum": -3.2}   batch (at most the data's) may be left out; 1 asks for single images
  {"command": "memory"}
      -> {"peak_bytes": 312000000}        the process's peak resident memory so far: ask a fresh process that ran one case

Iteration i takes entry i mod 8 of the ring, in training and in inference. The clock runs over the iterations alone: it starts after
weights, inputs and the optimizer stand ready. Run a few iterations first; the first ones pick kernels and grow buffers.

Cases (all f32; the number behind -b is the batch, any number will do)
  mlp-b64       784 -> Linear 256 -> relu -> Linear 10
  twolayer-b100 3072 -> Linear 50 -> relu -> Linear 10
  lenet5-b64    1x28x28 -> Conv 6 5x5 padding 2 -> relu -> MaxPool 2 -> Conv 16 5x5 -> relu -> MaxPool 2 -> Linear 120 -> relu
                -> Linear 84 -> relu -> Linear 10; 61,706 parameters
  resnet20-b128 3x32x32 -> the residual network of He et al. 2016, section 4.2, with shortcuts of option A; 269,722 parameters
  vgg-b64       3x32x32 -> Conv 64 3x3, 64, MaxPool 2, 128, 128, MaxPool 2, 256, 256, MaxPool 2, each with relu -> Linear 256 -> relu
                -> Linear 10; 2,196,810 parameters
  vit-b32       3x32x32 -> patches of 4, width 192, 6 blocks of 3 heads and hidden 768, class token; 2,693,578 parameters
Training is cross-entropy (mean over the batch) and SGD with learning rate 0.01 and momentum 0.9: v = 0.9 v + g, w = w - 0.01 v.

Files are safetensors: eight bytes with the header's length (little-endian), a JSON header {name: {"dtype", "shape", "data_offsets"}}, the
data. Weights are F32 under PyTorch's names and in its shapes: fc1.weight (out, in), fc1.bias (out), fc2...; LeNet-5 has conv1, conv2
(out, in, height, width), fc1, fc2, fc3; the others are named as in torch_networks.py, running statistics included. Data are "images" F32
(8, batch, ...) and "labels" I64 or I32 (8, batch).
"""

import ctypes
import json
import os
import re
import struct
import sys
import time

import numpy
import torch
from torch.nn import functional as F

from torch_networks import CifarResNet, FastVgg, LeNet5, TwoLayers, VisionTransformer, Vgg

RING = 8
TYPES = {"F32": "<f4", "I64": "<i8", "I32": "<i4"}


NETWORKS = {
    "mlp": lambda: TwoLayers(784, 256),
    "twolayer": lambda: TwoLayers(3072, 50),
    "lenet5": LeNet5,
    "resnet20": lambda: CifarResNet(20),
    "vgg": Vgg,
    "vit": VisionTransformer,
    "fast-vgg": FastVgg,
}


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            array = numpy.frombuffer(data[start:end], dtype=TYPES[entry["dtype"]]).reshape(entry["shape"])
            tensors[name] = torch.from_numpy(array.copy())
    return tensors


class Case:
    """One network with its weights as loaded, and the ring of inputs."""

    def __init__(self, name, weights, data, layout):
        network, _, batch = name.partition("-b")
        if network not in NETWORKS:
            raise ValueError(f"unknown case '{name}'")
        if layout not in ("default", "channels_last"):
            raise ValueError(f"unknown layout '{layout}'")
        self.network = NETWORKS[network]
        self.weights = read_safetensors(weights)
        convolves = network not in ("mlp", "twolayer")
        self.format = torch.channels_last if layout == "channels_last" and convolves else torch.contiguous_format
        ring = read_safetensors(data)
        if ring["images"].shape[0] != RING or ring["labels"].shape[0] != RING or batch and ring["images"].shape[1] != int(batch):
            raise ValueError(f"{name}: images {tuple(ring['images'].shape)} and labels {tuple(ring['labels'].shape)} are not {RING} batches")
        self.images = [self.laid_out(images) for images in ring["images"]]
        self.labels = [labels.long() for labels in ring["labels"]]
        self.batch = ring["images"].shape[1]
        self.model()  # A missing or misshapen weight is an error of this request, not of a later one.

    def laid_out(self, images):
        return images.contiguous(memory_format=self.format)

    def model(self):
        model = self.network()
        # PyTorch's counters of batches have no counterpart, and nothing depends on them.
        missing, unknown = model.load_state_dict(self.weights, strict=False)
        if unknown or any(not name.endswith("num_batches_tracked") for name in missing):
            raise ValueError(f"weights are missing ({missing}) or unknown ({unknown})")
        return model.to(memory_format=self.format)

    def parameters(self):
        return sum(parameter.numel() for parameter in self.model().parameters())

    def train(self, iterations):
        """The losses of that many steps and the seconds they took."""
        model = self.model().train()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
        losses = []
        started = time.perf_counter()
        for i in range(iterations):
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(model(self.images[i % RING]), self.labels[i % RING])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses, time.perf_counter() - started

    def logits(self):
        with torch.inference_mode():
            return self.model().eval()(self.images[0]).tolist()

    def infer(self, iterations, batch):
        model = self.model().eval()
        inputs = [self.laid_out(images[:batch]) for images in self.images]
        total = 0.0
        with torch.inference_mode():
            started = time.perf_counter()
            for i in range(iterations):
                total += model(inputs[i % RING])[-1, -1].item()
            return total, time.perf_counter() - started


def loaded_library(part):
    """The path of a library of this process whose name has this part, or None."""
    with open("/proc/self/maps", encoding="ascii") as maps:
        for line in maps:
            path = line.split()[-1]
            if part in os.path.basename(path):
                return path
    return None


def blas():
    if torch.backends.mkl.is_available():
        return "MKL"
    torch.mm(torch.ones(64, 64), torch.ones(64, 64))  # Loads what is loaded late.
    return "OpenBLAS" if loaded_library("libopenblas") else "reference"


def set_threads(count):
    torch.set_num_threads(count)
    openblas = loaded_library("libopenblas")
    if openblas:
        ctypes.CDLL(openblas).openblas_set_num_threads(count)


def peak_bytes():
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    raise ValueError("this system does not tell a process's peak memory")


class Peer:
    def __init__(self):
        self.case = None

    def answer(self, request):
        command = request["command"]
        if command == "version":
            return {
                "name": "PyTorch",
                "version": torch.__version__,
                "numpy": numpy.__version__,
                "capability": re.search(r"CPU capability usage: (\S+)", torch.__config__.show()).group(1),
                "blas": blas(),
                "cores": len(os.sched_getaffinity(0)),
                "settings": torch.__config__.show() + torch.__config__.parallel_info(),
            }
        if command == "memory":
            return {"peak_bytes": peak_bytes()}
        if command == "load":
            set_threads(request["threads"])
            self.case = Case(request["case"], request["weights"], request["data"], request["layout"])
            return {"parameters": self.case.parameters(), "batch": self.case.batch, "ring": RING}
        if command not in ("losses", "logits", "train", "infer"):
            raise ValueError(f"unknown command '{command}'")
        if self.case is None:
            raise ValueError(f"'{command}' needs a case; send 'load' first")
        if command == "losses":
            return {"losses": self.case.train(request["steps"])[0]}
        if command == "logits":
            return {"logits": self.case.logits()}
        if command == "train":
            losses, seconds = self.case.train(request["iterations"])
            return {"seconds": seconds, "sum": sum(losses)}
        total, seconds = self.case.infer(request["iterations"], request.get("batch", self.case.batch))
        return {"seconds": seconds, "sum": total}


def main():
    peer = Peer()
    for line in sys.stdin:
        try:
            answer = peer.answer(json.loads(line))
        except Exception as error:  # The harness decides what a failure means; it must be told, not left waiting.
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

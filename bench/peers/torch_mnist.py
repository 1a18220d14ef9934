"""What `descent train --data mnist --epochs N` does, in PyTorch: LeNet-5, Adam on one cycle, batches of 64, every figure the same.

usage: torch_mnist.py FOLDER [EPOCHS] [SEED]        FOLDER holds MNIST's four files, compressed

Trains on all but 3,000 images, measures accuracy on those after each epoch and on the test images at the end, and prints seconds since the
process began. Batches are cut from arrays in memory, which is faster than a DataLoader.
"""

import gzip
import os
import sys
import time

BEGIN = time.time()

import numpy
import torch
from torch.nn import functional as F

from torch_networks import LeNet5

BATCH, PEAK = 64, 3e-3


def read(folder, part, kind, header):
    with gzip.open(os.path.join(folder, f"{part}-{kind}-ubyte.gz")) as file:
        return numpy.frombuffer(file.read(), numpy.uint8, offset=header)


def accuracy(model, images, labels):
    model.eval()
    with torch.no_grad():
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in zip(images.split(1000), labels.split(1000)))
    model.train()
    return right / len(labels)


def main(folder, epochs=3, seed=1):
    torch.manual_seed(seed)
    train, test = (torch.from_numpy(read(folder, part, "images-idx3", 16).reshape(-1, 1, 28, 28) / numpy.float32(255)) for part in ("train", "t10k"))
    labels, test_labels = (torch.from_numpy(read(folder, part, "labels-idx1", 8).astype(numpy.int64)) for part in ("train", "t10k"))
    mean, deviation = train.mean(), train.std()
    train, test = (train - mean) / deviation, (test - mean) / deviation
    order = torch.randperm(len(train))
    held, kept = order[:3000], order[3000:]

    model = LeNet5()
    optimizer = torch.optim.Adam(model.parameters(), PEAK)
    steps = epochs * -(-len(kept) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK, total_steps=steps, cycle_momentum=False)
    for epoch in range(epochs):
        for batch in kept[torch.randperm(len(kept))].split(BATCH):
            optimizer.zero_grad()
            F.cross_entropy(model(train[batch]), labels[batch]).backward()
            optimizer.step()
            schedule.step()
        print(f"epoch {epoch + 1}/{epochs}: validation accuracy {accuracy(model, train[held], labels[held]):.2%}, {time.time() - BEGIN:.1f} s")
    print(f"test accuracy {accuracy(model, test, test_labels):.2%}, {time.time() - BEGIN:.1f} s since the process began")


main(sys.argv[1], *map(int, sys.argv[2:]))

"""What NumPy makes of images by the preprocessing of Stanford's CS231n: writes preprocessing.json beside this file.

Images are bytes (N, C, H, W) that vary together, so that their components differ. Made with NumPy 1.24.2, in double precision.
"""
import json
import os

import numpy as np

random = np.random.RandomState(3)
n, shape, seen = 60, (2, 3, 4), 5
size = int(np.prod(shape))
patterns = random.normal(size=(size, size)) * (40 / (1 + np.arange(size)))[:, None]
images = np.clip(127 + random.normal(size=(n, size)) @ patterns, 0, 255).astype(np.uint8)

x = images / 255.0
mean = x.mean(axis=0)
by_channel = x.reshape(n, shape[0], -1)
channel_mean = by_channel.mean(axis=(0, 2))[:, None]
channel_deviation = by_channel.std(axis=(0, 2))[:, None]
centred = x - mean
covariance = centred.T @ centred / n
u, variances, _ = np.linalg.svd(covariance)
u *= np.sign(u[np.abs(u).argmax(axis=0), np.arange(size)])  # the largest element of each direction is positive


def rows(values):
    return values.reshape(n, -1)[:seen].ravel().tolist()


results = {
    "scale": rows(x),
    "channel-mean": rows(by_channel - channel_mean),
    "mean-image": rows(centred),
    "standardize": rows((by_channel - channel_mean) / channel_deviation),
    "pca:7": rows(centred @ u[:, :7]),
    "whiten:7-0.001": rows((centred @ u / np.sqrt(variances + 0.001))[:, :7]),
    "zca:0.001": rows(centred @ u / np.sqrt(variances + 0.001) @ u.T),
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "preprocessing.json"), "w") as file:
    json.dump({"shape": shape, "images": images.tobytes().hex(), "results": results}, file)
    file.write("\n")

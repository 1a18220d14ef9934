"""Writes spatial.json: convolution, pooling and resampling of sequences, images and volumes, and layers of structure.
Run: python3 spatial.py (PyTorch 1.13)."""
import copy
import math

import torch
from torch import nn
from torch.nn import functional as F

import cases
from cases import Noise

SEQUENCES = [(2, 4, 8), (1, 4, 5), (3, 4, 7)]
IMAGES = [(2, 4, 5, 6), (1, 4, 5, 5), (2, 4, 6, 7)]
VOLUMES = [(2, 4, 3, 4, 4), (1, 4, 3, 5, 3), (1, 4, 4, 3, 5)]


class Padded(nn.Module):
    """A layer behind a zero padding that depends on the input's shape; its parameters keep their names."""

    def __init__(self, layer, pads):
        super().__init__()
        self.layer, self.pads = layer, pads

    def named_parameters(self, *args, **kwargs):
        return self.layer.named_parameters(*args, **kwargs)

    def forward(self, x):
        return self.layer(F.pad(x, self.pads(x.shape)))


def same(kernel, stride):
    """The padding for ⌈n / stride⌉ outputs, the odd element behind, last axis first as F.pad wants it."""
    def pads(shape):
        result = []
        for n, k, s in zip(shape[:1:-1], kernel[::-1], stride[::-1]):
            total = max((math.ceil(n / s) - 1) * s + k - n, 0)
            result += [total // 2, total - total // 2]
        return result
    return pads


def ceiling(kernel, stride, padding):
    """Enough behind the padding for a last window that begins before the edge."""
    def pads(shape):
        result = []
        for n in shape[:1:-1]:
            left = (n + 2 * padding - kernel) % stride
            reaches = left and n + 2 * padding - kernel - left + stride < n + padding
            result += [padding, padding + (stride - left if reaches else 0)]
        return result
    return pads


class Separable(nn.Module):
    def __init__(self, conv, inputs, outputs, kernel, multiplier=1, **options):
        super().__init__()
        self.depthwise = conv(inputs, inputs * multiplier, kernel, groups=inputs, bias=False, **options)
        self.pointwise = conv(inputs * multiplier, outputs, 1)

    def forward(self, x):
        return self.pointwise(self.depthwise(x))


class LocallyConnected(nn.Module):
    """A matrix for each place, weight (places, Cin·taps, Cout); sequences as images of one row."""

    def __init__(self, inputs, outputs, size, kernel, stride=(1, 1), padding=(0, 0), dilation=(1, 1), bias=True):
        super().__init__()
        self.unfold = nn.Unfold(kernel, dilation, padding, stride)
        self.out = [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in zip(size, kernel, stride, padding, dilation)]
        places = math.prod(self.out)
        self.weight = nn.Parameter(torch.empty(places, inputs * math.prod(kernel), outputs))
        self.bias = nn.Parameter(torch.empty(places, outputs)) if bias else None

    def forward(self, x):
        image = x if x.dim() == 4 else x.unsqueeze(2)
        y = torch.einsum("ncp,pck->npk", self.unfold(image), self.weight)
        y = y if self.bias is None else y + self.bias
        y = y.transpose(1, 2).reshape(x.shape[0], -1, *self.out)
        return y if x.dim() == 4 else y.squeeze(2)


class Branches(nn.ModuleList):
    def forward(self, x):
        return torch.cat([branch(x) for branch in self], 1)


def every(shapes):
    """A row of one layer at each of the shapes; copies, since gradients would add up."""
    return lambda layer: [cases.case(copy.deepcopy(layer), shape) for shape in shapes]


sequences, images, volumes = every(SEQUENCES), every(IMAGES), every(VOLUMES)


def indexed(pool, unpool, shapes, pass_size=False):
    """Values and indices of a max pooling, and the values doubled and put back."""
    def function(x):
        values, indices = pool(x)
        return values, indices.double(), unpool(2 * values, indices, x.shape[2:]) if pass_size else unpool(2 * values, indices)
    return [cases.case(function, shape) for shape in shapes]


def root_of_mean(pool, elements):
    return lambda x: (pool(x ** 2) * elements).sqrt()


def at_sizes(make, *arguments):
    return [cases.case(make(size), shape) for size, shape in arguments]


def interpolate(*arguments, **options):
    return [cases.case(lambda x, a=a: F.interpolate(x, **a, **options), shape) for a, shape in arguments]


def convolutions():
    return {
        "conv1d": sequences(nn.Conv1d(4, 6, 3, padding=1)),
        "conv1d_stride_dilation": sequences(nn.Conv1d(4, 6, 2, stride=2, padding=1, dilation=2)),
        "conv1d_depthwise": sequences(nn.Conv1d(4, 8, 3, padding=1, groups=4)),
        "conv1d_same": sequences(nn.Conv1d(4, 3, 4, padding="same", dilation=2)),
        "conv1d_circular": sequences(nn.Conv1d(4, 3, 3, padding=2, padding_mode="circular")),
        "conv2d": images(nn.Conv2d(4, 6, 3, padding=1)),
        "conv2d_stride_groups": images(nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2)),
        "conv2d_dilation_no_bias": images(nn.Conv2d(4, 6, 3, dilation=2, bias=False)),
        "conv2d_1x1": images(nn.Conv2d(4, 5, 1)),
        "conv2d_depthwise": images(nn.Conv2d(4, 4, 3, padding=1, groups=4)),
        "conv2d_depthwise_multiplier": images(nn.Conv2d(4, 8, 3, stride=2, padding=1, groups=4)),
        "conv2d_per_axis": images(nn.Conv2d(4, 3, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2))),
        "conv2d_valid": images(nn.Conv2d(4, 3, (3, 4), padding="valid")),
        "conv2d_same": images(nn.Conv2d(4, 3, (3, 4), padding="same")),
        "conv2d_same_stride": images(Padded(nn.Conv2d(4, 3, (3, 4), stride=(2, 3)), same((3, 4), (2, 3)))),
        "conv2d_sides": images(Padded(nn.Conv2d(4, 3, 3), lambda _: (3, 0, 1, 2))),
        "conv2d_ceiling": images(Padded(nn.Conv2d(4, 3, 2, stride=3), ceiling(2, 3, 1))),
        "conv2d_reflect": images(nn.Conv2d(4, 3, 3, padding=(2, 1), padding_mode="reflect")),
        "conv2d_replicate": images(nn.Conv2d(4, 3, 3, padding=3, padding_mode="replicate")),
        "conv2d_circular": images(nn.Conv2d(4, 3, 3, padding=(1, 4), padding_mode="circular")),
        "conv2d_same_reflect": images(nn.Conv2d(4, 3, (2, 5), padding="same", padding_mode="reflect")),
        "conv3d": volumes(nn.Conv3d(4, 3, 3, padding=1)),
        "conv3d_per_axis": volumes(nn.Conv3d(4, 3, (2, 3, 2), stride=(2, 1, 3), padding=(1, 0, 1), dilation=(2, 1, 1))),
        "conv3d_groups": volumes(nn.Conv3d(4, 6, (3, 1, 2), padding=(1, 0, 0), groups=2, bias=False)),
        "conv3d_depthwise": volumes(nn.Conv3d(4, 4, (2, 2, 3), groups=4)),
        "conv3d_replicate": volumes(nn.Conv3d(4, 2, 3, padding=(2, 1, 1), padding_mode="replicate")),
        "conv_transpose1d": sequences(nn.ConvTranspose1d(4, 3, 3)),
        "conv_transpose1d_output_padding": sequences(nn.ConvTranspose1d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2)),
        "conv_transpose2d": images(nn.ConvTranspose2d(4, 3, 3, padding=1)),
        "conv_transpose2d_output_padding": images(nn.ConvTranspose2d(4, 2, 3, stride=2, padding=1, output_padding=1, groups=2)),
        "conv_transpose2d_per_axis": images(
            nn.ConvTranspose2d(4, 3, (2, 3), stride=(3, 2), padding=(0, 2), output_padding=(2, 1), dilation=(1, 2), bias=False)),
        "conv_transpose3d": volumes(nn.ConvTranspose3d(4, 3, 2)),
        "conv_transpose3d_output_padding": volumes(
            nn.ConvTranspose3d(4, 2, (3, 2, 3), stride=(2, 1, 2), padding=(1, 0, 1), output_padding=(1, 0, 0), dilation=(1, 2, 1), groups=2)),
        "separable_conv1d": sequences(Separable(nn.Conv1d, 4, 6, 3, padding=1)),
        "separable_conv2d": images(Separable(nn.Conv2d, 4, 6, 3, stride=2, padding=1)),
        "separable_conv2d_multiplier": images(Separable(nn.Conv2d, 4, 3, (2, 3), multiplier=2)),
        "locally_connected1d": [
            cases.case(LocallyConnected(4, 3, (1, n), (1, 3), padding=(0, 1)), (b, 4, n)) for b, _, n in SEQUENCES],
        "locally_connected1d_stride": [
            cases.case(LocallyConnected(4, 3, (1, n), (1, 2), (1, 3), (0, 0), (1, 2), bias=False), (b, 4, n)) for b, _, n in SEQUENCES],
        "locally_connected2d": [
            cases.case(LocallyConnected(4, 2, (h, w), (3, 2)), (b, 4, h, w)) for b, _, h, w in IMAGES],
        "locally_connected2d_stride": [
            cases.case(LocallyConnected(4, 2, (h, w), (3, 3), (2, 2), (1, 1)), (b, 4, h, w)) for b, _, h, w in IMAGES],
    }


def poolings():
    positive = [Noise(shape, 0.5, 0.75) for shape in IMAGES]
    return {
        "max_pool1d": sequences(nn.MaxPool1d(2)),
        "max_pool1d_ceiling": sequences(nn.MaxPool1d(3, stride=2, padding=1, ceil_mode=True)),
        "max_pool2d": images(nn.MaxPool2d(2)),
        "max_pool2d_overlap": images(nn.MaxPool2d(3, stride=2, padding=1)),
        "max_pool2d_ceiling": images(nn.MaxPool2d(2, stride=3, padding=1, ceil_mode=True)),
        "max_pool2d_per_axis": images(nn.MaxPool2d((3, 2), stride=(1, 2), padding=(1, 0))),
        "max_pool3d": volumes(nn.MaxPool3d(2)),
        "max_pool3d_overlap": every([(2, 3, 3, 4, 4), (1, 3, 3, 5, 3), (1, 2, 4, 3, 5)])(nn.MaxPool3d((3, 2, 3), stride=(1, 2, 2), padding=(1, 0, 1), ceil_mode=True)),
        "max_unpool1d": indexed(nn.MaxPool1d(2, return_indices=True), nn.MaxUnpool1d(2), [(2, 4, 8), (1, 3, 6), (2, 1, 10)])
        + indexed(nn.MaxPool1d(2, return_indices=True), nn.MaxUnpool1d(2), [(1, 2, 9)], pass_size=True),
        "max_unpool2d": indexed(nn.MaxPool2d(2, return_indices=True), nn.MaxUnpool2d(2), IMAGES, pass_size=True),
        "max_unpool2d_stride": indexed(
            nn.MaxPool2d(2, (2, 3), (0, 1), return_indices=True), nn.MaxUnpool2d(2, (2, 3), (0, 1)), [(2, 3, 4, 6), (1, 4, 6, 9), (2, 1, 2, 3)]),
        "max_unpool3d": indexed(nn.MaxPool3d((2, 1, 2), return_indices=True), nn.MaxUnpool3d((2, 1, 2)), VOLUMES, pass_size=True),
        "avg_pool1d": sequences(nn.AvgPool1d(2)),
        "avg_pool1d_ceiling": sequences(nn.AvgPool1d(3, stride=2, padding=1, ceil_mode=True)),
        "avg_pool2d": images(nn.AvgPool2d(2)),
        "avg_pool2d_padded": images(nn.AvgPool2d(3, stride=2, padding=1)),
        "avg_pool2d_uncounted": images(nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False)),
        "avg_pool2d_ceiling": images(nn.AvgPool2d(3, stride=(3, 2), padding=1, ceil_mode=True)),
        "avg_pool2d_ceiling_uncounted": images(nn.AvgPool2d((2, 3), stride=3, padding=(1, 1), ceil_mode=True, count_include_pad=False)),
        "avg_pool3d": volumes(nn.AvgPool3d(2)),
        "avg_pool3d_padded": volumes(nn.AvgPool3d((3, 2, 3), stride=(2, 1, 2), padding=(1, 0, 1))),
        "avg_pool3d_uncounted": volumes(nn.AvgPool3d(3, stride=2, padding=1, count_include_pad=False, ceil_mode=True)),
        "lp_pool1d": sequences(nn.LPPool1d(2, 3, stride=1)),
        "lp_pool2d": images(nn.LPPool2d(2, 2)),
        "lp_pool2d_power": [cases.case(nn.LPPool2d(2.5, (3, 2), stride=2), x) for x in positive],
        "lp_pool3d": volumes(root_of_mean(nn.AvgPool3d((2, 3, 2), stride=1), 12)),
        "adaptive_avg_pool1d": at_sizes(nn.AdaptiveAvgPool1d, (4, (2, 4, 8)), (3, (1, 4, 5)), (5, (3, 2, 11))),
        "adaptive_avg_pool2d": at_sizes(
            nn.AdaptiveAvgPool2d, ((2, 3), (2, 4, 6, 6)), (3, (1, 4, 5, 5)), ((7, 2), (2, 1, 4, 9)), ((2, 7), (2, 3, 9, 7))),
        "adaptive_avg_pool3d": at_sizes(nn.AdaptiveAvgPool3d, (2, (2, 3, 4, 4, 6)), ((3, 2, 4), (1, 4, 4, 5, 5)), ((2, 3, 1), (2, 1, 5, 3, 7))),
        "adaptive_max_pool1d": at_sizes(nn.AdaptiveMaxPool1d, (4, (2, 4, 8)), (3, (1, 4, 5)), (5, (3, 2, 11))),
        "adaptive_max_pool2d": at_sizes(
            nn.AdaptiveMaxPool2d, ((2, 3), (2, 4, 6, 6)), (3, (1, 4, 5, 5)), ((7, 2), (2, 1, 4, 9)), ((2, 7), (2, 3, 9, 7))),
        "adaptive_max_pool3d": at_sizes(nn.AdaptiveMaxPool3d, (2, (2, 3, 4, 4, 6)), ((3, 2, 4), (1, 4, 4, 5, 5)), ((2, 3, 1), (2, 1, 5, 3, 7))),
        "global_avg_pool1d": sequences(nn.AdaptiveAvgPool1d(1)),
        "global_avg_pool2d": [cases.case(nn.AdaptiveAvgPool2d(1), shape) for shape in [(2, 3, 4, 4), (1, 5, 7, 3), (2, 4, 1, 1)]],
        "global_max_pool1d": sequences(nn.AdaptiveMaxPool1d(1)),
        "global_max_pool2d": images(nn.AdaptiveMaxPool2d(1)),
        "channel_max_pool": [
            cases.case(lambda x: x.unflatten(1, (-1, 3)).amax(2), shape) for shape in [(2, 6, 4, 4), (3, 9), (1, 3, 5, 7), (2, 6, 5)]],
    }


def structure():
    return {
        "upsample_nearest": interpolate(*[({"scale_factor": 2}, s) for s in [(2, 3, 4, 5), (1, 2, 7), (2, 1, 2, 3, 3)]], mode="nearest"),
        "upsample_nearest_fraction": interpolate(*[({"scale_factor": 1.5}, s) for s in [(2, 3, 4, 5), (1, 2, 7), (1, 2, 3, 4, 6)]], mode="nearest"),
        "upsample_nearest_size": interpolate(({"size": (7, 9)}, (2, 3, 4, 9)), ({"size": (3, 2)}, (1, 2, 7, 5)), ({"size": (8, 5)}, (2, 3, 4, 7)), mode="nearest"),
        "upsample_linear": interpolate(*[({"scale_factor": 2}, s) for s in [(2, 3, 4), (1, 2, 7), (3, 1, 5)]], mode="linear"),
        "upsample_bilinear": interpolate(*[({"scale_factor": 2}, s) for s in [(2, 3, 4, 5), (1, 2, 7, 7), (2, 1, 3, 1)]], mode="bilinear"),
        "upsample_bilinear_fraction": interpolate(*[({"scale_factor": 1.7}, s) for s in [(2, 3, 4, 5), (1, 2, 7, 7), (2, 1, 3, 2)]], mode="bilinear"),
        "upsample_bilinear_size": interpolate(({"size": (7, 9)}, (2, 3, 4, 9)), ({"size": (3, 2)}, (1, 2, 7, 5)), ({"size": (1, 5)}, (2, 3, 4, 7)), mode="bilinear"),
        "upsample_bilinear_corners": interpolate(
            ({"size": (7, 9)}, (2, 3, 4, 9)), ({"size": (3, 2)}, (1, 2, 7, 5)), ({"size": (1, 5)}, (2, 3, 4, 7)), mode="bilinear", align_corners=True),
        "upsample_trilinear": interpolate(({"size": (3, 5, 4)}, (1, 2, 2, 3, 5)), ({"size": (2, 2, 2)}, (2, 1, 3, 5, 3)), ({"size": (4, 4, 7)}, (1, 3, 2, 4, 4)), mode="trilinear"),
        "reshape": [cases.case(lambda x: x.reshape(x.shape[0], 3, -1), shape) for shape in [(2, 6, 4), (1, 9, 5), (3, 12)]],
        "unflatten": [cases.case(nn.Unflatten(1, (2, -1)), shape) for shape in [(2, 6, 4), (1, 10, 5), (3, 12)]],
        "parallel": images(Branches([nn.Conv2d(4, 2, 1), nn.Sequential(nn.Conv2d(4, 3, 1), nn.Conv2d(3, 3, 3, padding=1)), nn.MaxPool2d(3, 1, 1)])),
    }


if __name__ == "__main__":
    cases.write(__file__, {**convolutions(), **poolings(), **structure()})

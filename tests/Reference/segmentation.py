"""Writes segmentation.json: networks for the class of every pixel. Run: python3 segmentation.py (PyTorch 1.13)."""
import torch.nn.functional as F
from torch import nn

import cases


def unit(inputs, outputs, dilation=1):
    return [nn.Conv2d(inputs, outputs, 3, padding=dilation, dilation=dilation, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


class FullyConvolutionalNet(nn.Module):
    def __init__(self, channels, classes, width):
        super().__init__()
        self.stage1 = nn.Sequential(*unit(channels, width), *unit(width, width))
        self.stage2 = nn.Sequential(*unit(width, 2 * width), *unit(2 * width, 2 * width))
        self.stage3 = nn.Sequential(*unit(2 * width, 4 * width), *unit(4 * width, 4 * width))
        self.score1, self.score2, self.score3 = (nn.Conv2d(n * width, classes, 1) for n in (1, 2, 4))

    def forward(self, x):
        full = self.stage1(x)
        half = self.stage2(F.max_pool2d(full, 2))
        quarter = self.stage3(F.max_pool2d(half, 2))
        y = self.larger(self.score3(quarter), half) + self.score2(half)
        return self.larger(y, full) + self.score1(full)

    @staticmethod
    def larger(scores, to):
        return F.interpolate(scores, size=to.shape[2:], mode="bilinear", align_corners=False)


class ContextNet(nn.Module):
    def __init__(self, channels, classes, width):
        super().__init__()
        layers = []
        for dilation in (1, 1, 2, 4, 8, 16, 1):
            layers += unit(channels, width, dilation)
            channels = width
        self.context, self.score = nn.Sequential(*layers), nn.Conv2d(width, classes, 1)

    def forward(self, x):
        return self.score(self.context(x))


def evaluated(net, *sizes):
    """In evaluation: batch statistics of tiny images would amplify rounding. The sizes keep each rectifier's input away from 0."""
    return [cases.case(net(*size[:-1]), size[-1], training=False) for size in sizes]


if __name__ == "__main__":
    cases.write(__file__, {
        "fcn": evaluated(FullyConvolutionalNet, (3, 4, 2, (1, 3, 5, 7)), (1, 3, 3, (2, 1, 5, 4)), (2, 2, 1, (1, 2, 4, 9))),
        "context": evaluated(ContextNet, (3, 4, 2, (2, 3, 6, 6)), (1, 3, 3, (1, 1, 5, 7)), (2, 2, 1, (1, 2, 1, 3))),
    })

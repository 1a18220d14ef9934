"""Writes blocks.json: residual blocks. Run: python3 blocks.py (PyTorch 1.13)."""
import os
import sys

import cases

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../bench/peers"))
import torch_networks as networks  # noqa: E402

SIZES = [(2, 6, 4), (3, 5, 5), (1, 7, 3)]


def basic_block(inputs, channels, stride, zero_pad):
    return [cases.case(networks.BasicBlock(inputs, channels, stride, zero_pad), (n, inputs, h, w)) for n, h, w in SIZES]


if __name__ == "__main__":
    cases.write(__file__, {
        "basic_block": basic_block(3, 3, 1, True),
        "basic_block_zero_pad": basic_block(2, 4, 2, True),
        "basic_block_projection": basic_block(2, 3, 2, False),
        "zero_pad_shortcut": [cases.case(networks.ZeroPadShortcut(2, 6, 2), (n, 2, h, w)) for n, h, w in SIZES],
    })

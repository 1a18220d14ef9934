"""Writes attention.json: attention, transformer blocks, patch embedding. Run: python3 attention.py (PyTorch 1.13, torchvision 0.14)."""
import os
import sys

import torch
from torch import nn
from torchvision.models.vision_transformer import EncoderBlock

import cases

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../bench/peers"))
import torch_networks as networks  # noqa: E402

SELF = [(8, 2, (2, 4)), (6, 3, (3, 5)), (5, 1, (1, 7))]
MASK = 7  # The phase of a mask's noise.


class Attention(nn.MultiheadAttention):
    def __init__(self, width, heads, mask=None, bias=True):
        super().__init__(width, heads, bias=bias, batch_first=True)
        self.mask = mask

    def forward(self, q, k=None, v=None):
        return super().forward(q, q if k is None else k, q if v is None else v, attn_mask=self.mask, need_weights=False)[0]


def attention(mask=lambda size: None, bias=True):
    return [cases.case(Attention(w, h, mask(q[1]), bias), (*q, w)) for w, h, q in SELF]


def cross():
    sizes = zip(SELF, [(2, 3), (3, 7), (1, 1)])
    return [cases.case(Attention(w, h), (*q, w), (*k, w), (*k, w)) for (w, h, q), k in sizes]


def causal(size):
    return torch.triu(torch.ones(size, size), diagonal=1).bool()


def block(width, heads, hidden, norm_first):
    return nn.TransformerEncoderLayer(
        width, heads, hidden, dropout=0, activation="gelu" if norm_first else "relu", batch_first=True, norm_first=norm_first)


if __name__ == "__main__":
    blocks = [(8, 2, 12, (2, 4, 8)), (6, 3, 7, (3, 5, 6)), (5, 1, 9, (1, 3, 5))]
    cases.write(__file__, {
        "attention": attention(),
        "attention_no_bias": attention(bias=False),
        "attention_causal": attention(causal),
        "attention_cross": cross(),
        "attention_bool_mask": attention(lambda size: cases.noise((size, size), MASK) > torch.eye(size)),
        "attention_added_mask": attention(lambda size: cases.noise((size, size), MASK)),
        "encoder_layer_norm_last": cases.each(lambda *s: block(*s, norm_first=False), *blocks),
        "encoder_layer_norm_first": cases.each(lambda *s: block(*s, norm_first=True), *blocks),
        "encoder": cases.each(
            lambda w, h, n: nn.TransformerEncoder(block(w, h, n, norm_first=True), 2, nn.LayerNorm(w)),
            (4, 2, 6, (2, 4, 4)), (6, 3, 5, (2, 5, 6)), (5, 1, 3, (1, 3, 5))),
        "vision_transformer_block": [
            cases.case(EncoderBlock(heads, width, hidden, dropout=0, attention_dropout=0), (*shape, width))
            for (width, heads, shape), hidden in zip(SELF, [12, 7, 9])],
        "patch_embedding": cases.each(networks.PatchEmbedding, (3, 4, 6, (2, 3, 8, 8)), (1, 2, 5, (1, 1, 6, 4)), (2, 3, 7, (1, 2, 9, 3))),
    })

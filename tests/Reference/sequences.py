"""Writes sequences.json: embeddings, positions, recurrent layers, attention over padded sequences. Run: python3 sequences.py (PyTorch 1.13)."""
import torch
from torch import nn

import cases

RECURRENT = [(4, 5, (2, 3, 4)), (3, 7, (1, 5, 3)), (1, 2, (3, 1, 1))]  # Input, hidden, x.
LENGTHS = [[4, 2], [5, 1, 3], [7]]



class Positions(nn.Module):
    """Positions as a matrix of which the sequence's length is read."""

    def __init__(self, length, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(length, width))

    def forward(self, x):
        return x + self.weight[:x.shape[1]]


class ClassToken(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(1, 1, width))

    def forward(self, x):
        return torch.cat([self.weight.expand(len(x), 1, -1), x], 1)


class Padded(nn.MultiheadAttention):
    def __init__(self, width, heads, lengths, causal=False):
        super().__init__(width, heads, batch_first=True)
        self.lengths, self.causal = torch.tensor(lengths), causal

    def forward(self, x):
        steps = x.shape[1]
        padding = torch.arange(steps) >= self.lengths[:, None]
        future = torch.triu(torch.ones(steps, steps), diagonal=1).bool() if self.causal else None
        return super().forward(x, x, x, key_padding_mask=padding, attn_mask=future, need_weights=False)[0]


class PaddedEncoderLayer(nn.TransformerEncoderLayer):
    def __init__(self, width, heads, hidden, lengths, norm_first):
        super().__init__(width, heads, hidden, dropout=0, batch_first=True, norm_first=norm_first)
        self.lengths = torch.tensor(lengths)

    def forward(self, x):
        return super().forward(x, src_key_padding_mask=torch.arange(x.shape[1]) >= self.lengths[:, None])


class CharLstm(nn.Module):
    def __init__(self, characters, width, hidden, layers):
        super().__init__()
        self.embedding, self.lstm = nn.Embedding(characters, width), nn.LSTM(width, hidden, layers, batch_first=True)
        self.head = nn.Linear(hidden, characters)

    def forward(self, x):
        return self.head(self.lstm(self.embedding(x))[0]).transpose(1, 2)


class TextCnn(nn.Module):
    def __init__(self, characters, classes, width, filters):
        super().__init__()
        self.embedding = nn.Embedding(characters, width, padding_idx=0)
        self.convs = nn.ModuleList(nn.Conv1d(width, filters, length) for length in (3, 5, 7))
        self.head = nn.Linear(3 * filters, classes)

    def forward(self, x):
        vectors = self.embedding(x).transpose(1, 2)
        return self.head(torch.cat([torch.relu(conv(vectors)).amax(2) for conv in self.convs], 1))


def sinusoids(x):
    steps, width = x.shape[1:]
    t = torch.arange(steps, dtype=torch.float64)[:, None]
    i = torch.arange(width)
    angle = t / 10000 ** ((i - i % 2) / width)
    return x + torch.where(i % 2 == 0, torch.sin(angle), torch.cos(angle))


def indices(count, *shape):
    return torch.floor((cases.noise(shape, 9) + 1) / 2 * count).long().clamp(0, count - 1)


def embedding(**options):
    sizes = [(5, 4, indices(5, 2, 3)), (7, 3, indices(7, 11)), (2, 1, indices(2, 1, 2, 5))]
    return [cases.case(nn.Embedding(count, width, **options), x) for count, width, x in sizes]


def recurrent(kind, states=0, **options):
    """Outputs and last states; with states, from states that are inputs too."""
    def wrap(layer):
        class Wrapped(type(layer)):
            def forward(self, x, *state):
                output, last = super().forward(x, None if not state else state if len(state) == 2 else state[0])
                return (output, *last) if isinstance(last, tuple) else (output, last)
        layer.__class__ = Wrapped
        return layer

    result = []
    for inputs, hidden, x in RECURRENT:
        cells = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)
        layer = wrap(kind(inputs, hidden, batch_first=True, **options))
        result.append(cases.case(layer, x, *[(cells, x[0], hidden)] * states))
    return result


if __name__ == "__main__":
    heads = [(8, 2, (2, 4, 8)), (6, 3, (3, 5, 6)), (5, 1, (1, 7, 5))]
    deep = dict(num_layers=2, bidirectional=True)
    cases.write(__file__, {
        "embedding": embedding(),
        "embedding_padding": embedding(padding_idx=1),
        "learned_positions": cases.each(Positions, (4, 3, (2, 4, 3)), (6, 2, (1, 5, 2)), (3, 7, (2, 1, 7))),
        "sinusoidal_positions": cases.cases(sinusoids, (2, 4, 6), (1, 7, 5), (3, 1, 1)),
        "class_token": cases.each(ClassToken, (4, (2, 3, 4)), (7, (1, 5, 7)), (1, (3, 1, 1))),
        "rnn": recurrent(nn.RNN),
        "rnn_relu_no_bias": recurrent(nn.RNN, nonlinearity="relu", bias=False),
        "rnn_deep": recurrent(nn.RNN, 1, **deep),
        "gru": recurrent(nn.GRU),
        "gru_no_bias": recurrent(nn.GRU, 1, bias=False),
        "gru_deep": recurrent(nn.GRU, 1, **deep),
        "lstm": recurrent(nn.LSTM),
        "lstm_no_bias": recurrent(nn.LSTM, 2, bias=False),
        "lstm_bidirectional": recurrent(nn.LSTM, bidirectional=True),
        "lstm_deep": recurrent(nn.LSTM, 2, **deep),
        "char_lstm": [
            cases.case(CharLstm(c, w, h, n), indices(c, *x)) for c, w, h, n, x in [(5, 4, 3, 2, (2, 4)), (7, 3, 5, 1, (1, 5)), (2, 1, 2, 3, (3, 1))]],
        "text_cnn": [
            cases.case(TextCnn(c, k, w, f), indices(c, *x)) for c, k, w, f, x in [(5, 2, 3, 4, (2, 8)), (9, 3, 2, 3, (1, 11)), (3, 5, 1, 2, (3, 7))]],
        "attention_padded": [cases.case(Padded(w, h, n), x) for (w, h, x), n in zip(heads, LENGTHS)],
        "attention_padded_causal": [cases.case(Padded(w, h, n, causal=True), x) for (w, h, x), n in zip(heads, LENGTHS)],
        "encoder_layer_padded": [
            cases.case(PaddedEncoderLayer(w, h, 2 * w + 1, n, norm_first=False), x) for (w, h, x), n in zip(heads, LENGTHS)],
        "encoder_layer_padded_norm_first": [
            cases.case(PaddedEncoderLayer(w, h, 2 * w + 1, n, norm_first=True), x) for (w, h, x), n in zip(heads, LENGTHS)],
    })

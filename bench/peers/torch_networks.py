"""The benchmark's networks in PyTorch, with Descent's state names; the references of Descent's tests are computed with them too."""

import torch
from torch import nn
from torch.nn import functional as F


class TwoLayers(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.fc1 = nn.Linear(inputs, hidden)
        self.fc2 = nn.Linear(hidden, 10)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        # The filters of fc1 are in the order channel, row, column, whatever the layout in memory.
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc3(F.relu(self.fc2(x)))


class ZeroPadShortcut(nn.Module):
    """Every stride-th pixel, with as many channels of zeros before as behind (He et al. 2016, option A)."""

    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.stride = stride
        self.border = (channels - inputs) // 2

    def forward(self, x):
        return F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.border, self.border))


class BasicBlock(nn.Module):
    def __init__(self, inputs, channels, stride, zero_pad):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        if stride == 1 and inputs == channels:
            self.downsample = nn.Identity()
        elif zero_pad:
            self.downsample = ZeroPadShortcut(inputs, channels, stride)
        else:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.downsample(x))


class CifarResNet(nn.Module):
    def __init__(self, depth):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)

        def stage(inputs, channels, stride):
            rest = [BasicBlock(channels, channels, 1, True) for _ in range((depth - 2) // 6 - 1)]
            return nn.Sequential(BasicBlock(inputs, channels, stride, True), *rest)

        self.layer1 = stage(16, 16, 1)
        self.layer2 = stage(16, 32, 2)
        self.layer3 = stage(32, 64, 2)
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.linear(F.adaptive_avg_pool2d(x, 1).flatten(1))


class Vgg(nn.Module):
    """Convolutions 64, 64, pool, 128, 128, pool, 256, 256, pool; affine 256 and 10."""

    def __init__(self):
        super().__init__()
        features, channels = [], 3
        for block in [[64, 64], [128, 128], [256, 256]]:
            for width in block:
                features += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
                channels = width
            features.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*features)
        # The number of an affine layer counts a dropout of Descent's that drops nothing here.
        self.classifier = nn.Sequential(nn.Linear(256 * 4 * 4, 256), nn.ReLU(), nn.Identity(), nn.Linear(256, 10))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class PatchWhitening(nn.Module):
    """Fixed filters, which Descent fits to training images."""

    def __init__(self, channels, components, kernel):
        super().__init__()
        self.register_buffer("weight", torch.zeros(2 * components, channels, kernel, kernel))

    def forward(self, x):
        return F.conv2d(x, self.weight, padding=self.weight.shape[-1] // 2)


class ConvPoolBlock(nn.Module):
    def __init__(self, inputs, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        x = F.relu(self.bn1(F.max_pool2d(self.conv1(x), 2)))
        return F.relu(self.bn2(self.conv2(x)))


class FastVgg(nn.Module):
    """Whitened patches of 3x3, three blocks of 64, 128 and 256 channels, a global maximum, a linear layer."""

    def __init__(self, width=1.0):
        super().__init__()
        self.whiten = PatchWhitening(3, 16, 3)
        channels = [32, *[int(width * block) for block in (64, 128, 256)]]
        self.blocks = nn.Sequential(*[ConvPoolBlock(*sizes) for sizes in zip(channels, channels[1:])])
        self.linear = nn.Linear(channels[-1], 10, bias=False)

    def forward(self, x):
        x = self.blocks(F.relu(self.whiten(x)))
        return self.linear(x.amax((2, 3))) * 0.125


class PatchEmbedding(nn.Module):
    def __init__(self, channels, patch, width):
        super().__init__()
        self.proj = nn.Conv2d(channels, width, patch, stride=patch)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class EncoderBlock(nn.TransformerEncoderLayer):
    """PyTorch's own layer, which is fused in inference, under torchvision's names."""

    self_attn = property(lambda self: self.self_attention)
    norm1, norm2 = property(lambda self: self.ln_1), property(lambda self: self.ln_2)
    linear1, linear2 = property(lambda self: self.mlp[0]), property(lambda self: self.mlp[3])

    def __init__(self, width, heads, hidden):
        super().__init__(width, heads, hidden, dropout=0, activation="gelu", batch_first=True, norm_first=True, layer_norm_eps=1e-6)
        own = self._modules
        self.ln_1, self.self_attention, self.ln_2 = own.pop("norm1"), own.pop("self_attn"), own.pop("norm2")
        self.mlp = nn.Sequential(own.pop("linear1"), nn.Identity(), nn.Identity(), own.pop("linear2"))


class Encoder(nn.Module):
    def __init__(self, positions, width, heads, depth, hidden):
        super().__init__()
        self.pos_embedding = nn.Parameter(torch.zeros(1, positions, width))
        self.layers = nn.ModuleDict({f"encoder_layer_{i}": EncoderBlock(width, heads, hidden) for i in range(depth)})
        self.ln = nn.LayerNorm(width, eps=1e-6)

    def forward(self, x):
        x = x + self.pos_embedding
        for block in self.layers.values():
            x = block(x)
        return self.ln(x[:, 0])


class VisionTransformer(nn.Module):
    """Images of 3x32x32 in patches of 4: 64 of them and a class token. State names are torchvision's."""

    def __init__(self, width=192, heads=3, depth=6, hidden=768):
        super().__init__()
        self.class_token = nn.Parameter(torch.zeros(1, 1, width))
        self.conv_proj = nn.Conv2d(3, width, 4, stride=4)
        self.encoder = Encoder(65, width, heads, depth, hidden)
        self.heads = nn.ModuleDict({"head": nn.Linear(width, 10)})

    def forward(self, x):
        x = self.conv_proj(x).flatten(2).transpose(1, 2)
        return self.heads["head"](self.encoder(torch.cat([self.class_token.expand(x.shape[0], -1, -1), x], dim=1)))

"""What Pillow and torchvision make of images: writes transforms.json beside this file.

Images are bytes (C, H, W) as hexadecimal digits. Made with Pillow 9.4.0, torchvision 0.14.1 and PyTorch 1.13.1.
"""
import json
import os

import numpy as np
import torch
import torchvision.transforms.functional as F
from PIL import Image

random = np.random.RandomState(1)


def smooth(channels, height, width):
    """Colours that change gently, with noise: like a photograph, with every level."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [127 + 100 * np.sin(x / (3 + c) + c) * np.cos(y / (4 + c)) for c in range(channels)]
    return np.clip(np.stack(planes) + random.normal(0, 12, (channels, height, width)), 0, 255).astype(np.uint8)


cases = []


def case(name, image, result, **arguments):
    cases.append({"name": name, "shape": list(image.shape), "image": image.tobytes().hex(),
                  "to": list(result.shape), "result": result.tobytes().hex(), "arguments": arguments})


def pillow(image):
    return Image.fromarray(image.transpose(1, 2, 0) if len(image) == 3 else image[0])


def planes(image):
    array = np.asarray(image)
    return np.ascontiguousarray(array.transpose(2, 0, 1)) if array.ndim == 3 else array[None]


color, grey = smooth(3, 17, 23), smooth(1, 12, 9)
filters = {"nearest": Image.NEAREST, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}
for name, resampling in filters.items():
    for image in (color, grey, random.randint(0, 256, (3, 31, 40), np.uint8)):
        for height, width in ((8, 8), (17, 11), (33, 29), (5, 50)):
            result = planes(pillow(image).resize((width, height), resampling))
            case("resize", image, result, resampling=name)

for height, width in ((10, 12), (9, 9), (20, 30), (16, 24)):
    case("center-crop", color, F.center_crop(torch.tensor(color), [height, width]).numpy())

for mode, interpolation in (("nearest", F.InterpolationMode.NEAREST), ("bilinear", F.InterpolationMode.BILINEAR)):
    for angle, translate, scale, shear in ((0, (0, 0), 1, (0, 0)), (31, (0, 0), 1, (0, 0)), (-17, (3, -2), 1.2, (0, 0)), (5, (1, 1), 0.8, (10, -6))):
        result = F.affine(torch.tensor(color), angle, list(translate), scale, list(shear), interpolation).numpy()
        case("affine", color, result, resampling=mode, angle=angle, x=translate[0], y=translate[1], scale=scale, shear_x=shear[0], shear_y=shear[1])

for image in (color, grey):
    tensor = torch.tensor(image)
    for factor in (0.0, 0.55, 1.0, 1.7):
        case("brightness", image, F.adjust_brightness(tensor, factor).numpy(), amount=factor)
        case("contrast", image, F.adjust_contrast(tensor, factor).numpy(), amount=factor)
        case("saturation", image, F.adjust_saturation(tensor, factor).numpy(), amount=factor)
        case("sharpness", image, F.adjust_sharpness(tensor, factor).numpy(), amount=factor)
    for bits in (2, 4, 7):
        case("posterize", image, F.posterize(tensor, bits).numpy(), amount=bits)
    for threshold in (0.0, 100.0, 178.5):
        case("solarize", image, F.solarize(tensor, threshold).numpy(), amount=threshold)
    case("autocontrast", image // 2 + 30, F.autocontrast(torch.tensor(image // 2 + 30)).numpy())
large = smooth(3, 40, 50) // 3
case("equalize", large, F.equalize(torch.tensor(large)).numpy())
case("equalize", color, F.equalize(torch.tensor(color)).numpy())
case("gray", color, F.rgb_to_grayscale(torch.tensor(color), 3).numpy())
for turn in (-0.5, -0.13, 0.0, 0.25, 0.4):
    case("hue", color, F.adjust_hue(torch.tensor(color), turn).numpy(), amount=turn)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "transforms.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")

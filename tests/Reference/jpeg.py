"""Writes jpeg.json: small JPEG files of every kind and the pixels that libjpeg-turbo makes of them; digests of files that it writes; and, of
images that are not part of the project, digests of their pixels. Run: python3 jpeg.py [../../../shared/data] (cjpeg and djpeg of libjpeg-turbo 2.1.5, Pillow 9.4, NumPy).

All pictures are made here.
"""
import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile

import numpy as np
from PIL import Image, ImageOps

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(1)


def picture(width, height):
    """Waves, discs and noise: soft and hard edges in all colours."""
    y, x = np.mgrid[0:height, 0:width]
    image = np.full((height, width, 3), 128.0)
    for k in range(1, 9):
        fx, fy = rng.normal(0, 2.5 * k / max(width, height), 2)
        image += np.sin(fx * x + fy * y + rng.uniform(0, 6))[..., None] * rng.normal(0, 40 / k ** 0.5, 3)
    for _ in range(6):
        cx, cy, radius = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(1, max(2, min(width, height) / 3))
        image[(x - cx) ** 2 + (y - cy) ** 2 < radius ** 2] += rng.normal(0, 60, 3)
    return np.clip(image + rng.normal(0, 5, image.shape), 0, 255).astype(np.uint8)


def run(program, options, data):
    with tempfile.TemporaryDirectory() as folder:
        source, scans = os.path.join(folder, "in"), os.path.join(folder, "scans")
        with open(source, "wb") as file:
            file.write(data)
        if "-scans" in options:
            i = options.index("-scans") + 1
            with open(scans, "w") as file:
                file.write(options[i])
            options = options[:i] + [scans] + options[i + 1:]
        return subprocess.run([program, *options, source], check=True, capture_output=True).stdout


def cjpeg(size, *options, quality=85):
    pixels = picture(*size)
    header = f"P6\n{size[0]} {size[1]}\n255\n".encode()
    return run("cjpeg", ["-quality", str(quality), *options], header + pixels.tobytes())


def djpeg(data):
    decoded = Image.open(io.BytesIO(run("djpeg", ["-dct", "int"], data)))
    return np.asarray(decoded)


def pillow(size, mode="RGB", **options):
    pixels = picture(*size)
    if mode == "CMYK":
        pixels = np.concatenate([pixels, picture(*size)[..., :1]], axis=2)
    stream = io.BytesIO()
    Image.fromarray(pixels, mode).save(stream, "JPEG", **options)
    return stream.getvalue()


def pillow_pixels(data):
    return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data)).convert("RGB")))


def orientation(value, order):
    exif = Image.Exif()
    exif[0x0112] = value
    exif.endian = order
    return exif.tobytes()


def with_adobe_transform(data, transform):
    """The file with another meaning of its components: YCCK for CMYK."""
    at = data.index(b"Adobe") + 11
    return data[:at] + bytes([transform]) + data[at + 1:]


def without_tables(data):
    """As frames of motion JPEG are: the Huffman tables of the standard are left out."""
    at, out = 2, data[:2]
    while data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2:at + 4], "big") + 2
        if data[at + 1] != 0xC4:
            out += data[at:at + length]
        at += length
    return out + data[at:]


rows = []


def row(name, data, pixels=None):
    pixels = djpeg(data) if pixels is None else pixels
    rows.append({
        "name": name, "width": pixels.shape[1], "height": pixels.shape[0], "channels": 1 if pixels.ndim == 2 else 3,
        "jpeg": base64.b64encode(data).decode(), "pixels": base64.b64encode(pixels.tobytes()).decode(),
    })


SIZE = (21, 19)
for sampling in ["1x1", "2x1", "1x2", "2x2", "4x1", "1x4", "4x2", "2x4", "1x1,2x2,1x1", "2x2,2x1,1x2", "1x2,1x1,1x2", "2x2,1x2,2x1", "3x1,1x1,1x1"]:
    row(f"baseline {sampling}", cjpeg(SIZE, "-sample", sampling))
for sampling in ["1x1", "2x1", "2x2", "1x2"]:
    row(f"progressive {sampling}", cjpeg(SIZE, "-sample", sampling, "-progressive"))
    row(f"optimised, a restart a row {sampling}", cjpeg(SIZE, "-sample", sampling, "-optimize", "-restart", "1"))
for size in [(1, 1), (2, 3), (3, 2), (4, 5), (8, 8), (16, 16), (33, 2), (2, 40), (70, 9)]:
    row(f"2x2 of {size[0]} x {size[1]}", cjpeg(size, "-sample", "2x2"))
row("restart every block", cjpeg(SIZE, "-sample", "2x2", "-restart", "1B"))
row("progressive, restart every 2 blocks", cjpeg(SIZE, "-sample", "2x2", "-progressive", "-restart", "2B"))
row("a scan a component", cjpeg(SIZE, "-sample", "2x2", "-scans", "0;\n1;\n2;\n"))
row("two components, then one", cjpeg(SIZE, "-sample", "2x1", "-scans", "0 2;\n1;\n"))
row("16 blocks of a component", cjpeg(SIZE, "-sample", "4x4,1x1,1x1", "-scans", "0;\n1;\n2;\n"))
row("spectral selection only", cjpeg(SIZE, "-sample", "1x1", "-scans",
                                     "0 1 2: 0-0, 0, 0;\n0: 1-5, 0, 0;\n2: 1-63, 0, 0;\n1: 1-63, 0, 0;\n0: 6-63, 0, 0;\n"))
row("successive approximation by four bits", cjpeg(SIZE, "-sample", "2x2", "-scans",
    "0 1 2: 0-0, 0, 4;\n0: 1-63, 0, 4;\n1: 1-63, 0, 0;\n2: 1-63, 0, 0;\n" + "".join(
        f"0 1 2: 0-0, {low + 1}, {low};\n0: 1-63, {low + 1}, {low};\n" for low in (3, 2, 1, 0))))
row("grey", cjpeg(SIZE, "-grayscale"))
row("grey, progressive", cjpeg(SIZE, "-grayscale", "-progressive"))
row("RGB", cjpeg(SIZE, "-rgb"))
row("quality 1", cjpeg(SIZE, "-sample", "2x2", quality=1))
row("quality 100", cjpeg(SIZE, "-sample", "1x1", quality=100))
row("quality 1 with steps above 255", cjpeg(SIZE, "-sample", "1x1", "-quality", "1,1"))
row("motion JPEG", without_tables(cjpeg(SIZE, "-sample", "2x2")))
cmyk = pillow(SIZE, "CMYK", quality=90)
row("CMYK", cmyk, pillow_pixels(cmyk))
ycck = with_adobe_transform(cmyk, 2)
row("YCCK", ycck, pillow_pixels(ycck))
ycck = with_adobe_transform(pillow(SIZE, "CMYK", quality=60, progressive=True), 2)
row("YCCK, progressive", ycck, pillow_pixels(ycck))
for value in range(1, 9):
    data = pillow((11, 7), quality=90, exif=orientation(value, "<" if value % 2 else ">"))
    row(f"orientation {value}", data, pillow_pixels(data))


def formula(width, height, channels):
    """JpegEncoderTests.Formula: slopes, and a texture that differs by channel."""
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    return ((x * 5 + y * 3 + c * 60 + (x * x + 3 * y * (c + 1)) % 17 * 4) % 256).astype(np.uint8)


written = []
for width, height in [(1, 1), (8, 8), (16, 2), (17, 33), (31, 15), (70, 40)]:
    for kind, sampling in [("grey", "1x1"), ("full", "1x1"), ("half", "2x2")]:
        for quality in [1, 40, 75, 90, 100]:
            channels = 1 if kind == "grey" else 3
            header = f"P{5 if channels == 1 else 6}\n{width} {height}\n255\n".encode()
            data = run("cjpeg", ["-quality", str(quality), "-sample", sampling, "-baseline", "-dct", "int"],
                       header + formula(width, height, channels).tobytes())
            written.append({"width": width, "height": height, "kind": kind, "quality": quality, "length": len(data),
                            "sha256": hashlib.sha256(data).hexdigest()})

shared = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "../../../shared/data"))
digests = {}
for name in ["testorig.jpg", "testimgint.jpg"]:
    with open(os.path.join(shared, "images/libjpeg-turbo/testimages", name), "rb") as file:
        digests[name] = hashlib.sha256(djpeg(file.read()).tobytes()).hexdigest()
everything, count = hashlib.sha256(), 0
with tarfile.open(os.path.join(shared, "cifar10/cifar-10-jpegs.tar.gz")) as archive:
    for member in archive:
        if member.isfile() and member.name.endswith(".jpg"):
            everything.update(np.asarray(Image.open(archive.extractfile(member))).tobytes())
            count += 1
digests["cifar-10-jpegs.tar.gz"] = everything.hexdigest()

with open(os.path.join(HERE, "jpeg.json"), "w") as file:
    json.dump({"digests": digests, "cifarImages": count, "rows": rows, "written": written}, file, indent=1)
    file.write("\n")
print(f"{len(rows)} rows, {count} images of the archive")

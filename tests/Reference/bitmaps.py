"""Writes bitmaps.json: small BMP and GIF files of every kind and the pixels that Pillow makes of them.
Run: python3 bitmaps.py (Pillow 9.4, NumPy).

All pictures are made here; the files that Pillow does not write are put together byte by byte.
"""
import base64
import io
import json
import os
import struct

import numpy as np
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(2)
cases = {}


def picture(width, height, colors=256):
    """Stripes and noise: runs and single pixels."""
    y, x = np.mgrid[0:height, 0:width]
    return np.where((y // 2) % 2 == 0, x // 3 + y, rng.integers(0, colors, (height, width))) % colors


def add(name, data, pixels=None):
    if pixels is None:
        image = Image.open(io.BytesIO(data))
        mode = "RGBA" if image.mode == "RGBA" or "transparency" in image.info else "RGB"
        pixels = np.asarray(image.convert(mode))
    cases[name] = {"file": base64.b64encode(data).decode(), "shape": list(pixels.shape), "pixels": base64.b64encode(pixels.tobytes()).decode()}


def saved(image, **options):
    out = io.BytesIO()
    image.save(out, **options)
    return out.getvalue()


def bmp(width, height, depth, pixels, palette=b"", compression=0, fields=b"", size=40, extra=b""):
    """A file with a header of Windows (size 40 and more) or of OS/2 (12)."""
    if size == 12:
        header = struct.pack("<IHHHH", 12, width, height, 1, depth)
    else:
        count = len(palette) // 4
        header = struct.pack("<IiiHHIIiiII", size, width, height, 1, depth, compression, len(pixels), 2835, 2835, count, 0) + extra
    start = 14 + len(header) + len(fields) + len(palette)
    return struct.pack("<2sIHHI", b"BM", start + len(pixels), 0, 0, start) + header + fields + palette + pixels


def rows(values, depth):
    """Rows of pixels from the lowest, packed and filled up to 4 bytes."""
    out = b""
    for row in values[::-1]:
        if depth < 8:
            bits = "".join(f"{v:0{depth}b}" for v in row)
            bits += "0" * (-len(bits) % 8)
            line = int(bits, 2).to_bytes(len(bits) // 8, "big")
        else:
            line = b"".join(int(v).to_bytes(depth // 8, "little") for v in row)
        out += line + b"\0" * (-len(line) % 4)
    return out


def colors(count, entry=4):
    return b"".join(bytes([*rng.integers(0, 256, 3)]) + b"\0" * (entry - 3) for _ in range(count))


def runs8(values):
    """Runs where pixels repeat, else pixels as they are; a leap at the end."""
    out = b""
    for row in values[::-1]:
        i = 0
        while i < len(row):
            n = 1
            while i + n < len(row) and row[i + n] == row[i] and n < 255:
                n += 1
            if n == 1 and i + 3 <= len(row):
                out += bytes([0, 3, *row[i:i + 3], 0])
                i += 3
            else:
                out += bytes([n, row[i]])
                i += n
        out += b"\0\0"
    return out + b"\0\1"


def lzw(values, bits):
    clear, out, codes = 1 << bits, [], None
    def emit(code, width):
        out.append(f"{code:0{width}b}"[::-1])
    width, table, before = bits + 1, {}, None
    emit(clear, width)
    for value in values:
        value = int(value)
        if before is None:
            before = value
        elif (before, value) in table:
            before = table[before, value]
        else:
            emit(before, width)
            code = clear + 2 + len(table)
            if code < 4096:
                table[before, value] = code
                if code == 1 << width and width < 12:
                    width += 1
            elif rng.random() < 0.001:
                emit(clear, width)
                table, width = {}, bits + 1
            before = value
    emit(before, width)
    code = clear + 2 + len(table)
    if code == 1 << width and width < 12:
        width += 1
    emit(clear + 1, width)
    text = "".join(out)
    text += "0" * (-len(text) % 8)
    data = bytes(int(text[i:i + 8][::-1], 2) for i in range(0, len(text), 8))
    blocks = b"".join(bytes([len(data[i:i + 255])]) + data[i:i + 255] for i in range(0, len(data), 255))
    return bytes([bits]) + blocks + b"\0"


def gif(width, height, values, bits, frame=None, local=False, interlaced=False, transparent=None, background=0):
    palette = bytes(rng.integers(0, 256, 3 << bits, dtype=np.uint8))
    left, top = frame or (0, 0)
    data = b"GIF89a" + struct.pack("<HHBBB", width, height, 0 if local else 0x80 | bits - 1, background, 0) + (b"" if local else palette)
    data += b"\x21\xFE\x05hello\0"
    if transparent is not None:
        data += bytes([0x21, 0xF9, 4, 1, 0, 0, transparent, 0])
    high, wide = values.shape
    order = [*range(0, high, 8), *range(4, high, 8), *range(2, high, 4), *range(1, high, 2)] if interlaced else range(high)
    flags = (0x80 | bits - 1 if local else 0) | (0x40 if interlaced else 0)
    data += b"\x2C" + struct.pack("<HHHHB", left, top, wide, high, flags) + (palette if local else b"")
    return data + lzw(values[list(order)].ravel(), max(2, bits)) + b"\x3B"


rgb = rng.integers(0, 256, (9, 13, 3), dtype=np.uint8)
add("bmp of 24 bits", saved(Image.fromarray(rgb), format="BMP"))
add("bmp of grey", saved(Image.fromarray(rgb[..., 0]), format="BMP"))
add("bmp of 1 bit", saved(Image.fromarray(rgb[..., 0] > 128), format="BMP"))
add("bmp of a palette", saved(Image.fromarray(rgb).quantize(40), format="BMP"))
for depth in (1, 4, 8):
    most = 1 << depth
    add(f"bmp of {depth} bits, OS/2", bmp(7, 5, depth, rows(picture(7, 5, most), depth), colors(most, 3), size=12))
    add(f"bmp of {depth} bits, few colours", bmp(10, 6, depth, rows(picture(10, 6, most - most // 4), depth), colors(most - most // 4)))
add("bmp from the top", bmp(7, -5, 8, rows(picture(7, 5)[::-1], 8), colors(256)))
add("bmp of 16 bits", bmp(7, 5, 16, rows(rng.integers(0, 1 << 15, (5, 7)), 16)))
add("bmp of 16 bits, 5-6-5", bmp(7, 5, 16, rows(rng.integers(0, 1 << 16, (5, 7)), 16), compression=3, fields=struct.pack("<III", 0xF800, 0x7E0, 0x1F)))
add("bmp of 32 bits", bmp(7, 5, 32, rows(rng.integers(0, 1 << 32, (5, 7)), 32)))
add("bmp of 32 bits with alpha", bmp(
    7, 5, 32, rows(rng.integers(0, 1 << 32, (5, 7)), 32), compression=3, size=108,
    extra=struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + b"\0" * 52))
add("bmp in runs", bmp(21, 8, 8, runs8(picture(21, 8)), colors(256), compression=1))

# Pillow 9.4 reads a leap wrongly: these pixels are written by hand, from the highest row on.
palette = colors(256)
leap = np.array([[0] * 8, [5] * 8, [0] * 5 + [9] * 3, [7] * 3 + [0] * 5])
add("bmp in runs with a leap", bmp(8, 4, 8, bytes([3, 7, 0, 2, 2, 1, 3, 9, 0, 0, 8, 5, 0, 1]), palette, compression=1),
    np.frombuffer(palette, np.uint8).reshape(256, 4)[leap][..., 2::-1])
add("bmp of 4 bits in runs", bmp(7, 2, 4, bytes([7, 0x12, 0, 0, 0, 5, 0x34, 0x56, 0x70, 0, 2, 0x89, 0, 1]), palette[:64], compression=2),
    np.frombuffer(palette, np.uint8).reshape(256, 4)[np.array([[3, 4, 5, 6, 7, 8, 9], [1, 2, 1, 2, 1, 2, 1]])][..., 2::-1])
add("gif of 256 colours", gif(61, 43, picture(61, 43), 8))
add("gif of many codes", gif(120, 90, rng.integers(0, 256, (90, 120)), 8))
add("gif of one colour", gif(200, 100, np.zeros((100, 200), int), 2))
add("gif of 2 colours", gif(9, 5, picture(9, 5, 2), 1))
add("gif interlaced", gif(31, 29, picture(31, 29, 16), 4, interlaced=True))
add("gif interlaced, 3 rows", gif(31, 3, picture(31, 3, 16), 4, interlaced=True))
add("gif with its own palette", gif(31, 29, picture(31, 29, 32), 5, local=True))
add("gif with a transparent colour", gif(31, 29, picture(31, 29, 8), 3, transparent=5))
add("gif of a smaller frame", gif(20, 16, picture(9, 7, 8), 3, frame=(4, 3)))
add("gif of a smaller frame, transparent", gif(20, 16, picture(9, 7, 8), 3, frame=(4, 3), transparent=2))

with open(os.path.join(HERE, "bitmaps.json"), "w") as file:
    json.dump(cases, file, indent=1)
    file.write("\n")
print(len(cases), "cases")

"""Reads a safetensors file with nothing but the format's description, and prints each tensor for the tests to compare.

Usage: python3 read_safetensors.py FILE
Prints one JSON object: {"metadata": {...}, "tensors": {name: {"dtype", "shape", "values"}}}, tensors in the order of the header.
"""
import json
import struct
import sys

CODES = {"F64": "d", "F32": "f", "F16": "e", "I64": "q", "I32": "i", "I16": "h", "I8": "b",
         "U64": "Q", "U32": "I", "U16": "H", "U8": "B", "BOOL": "?"}


def read(path):
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8:8 + length])
    data = content[8 + length:]
    assert length % 8 == 0, "the data is not aligned"
    tensors, taken = {}, 0
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        assert begin == taken, f"{name} does not begin where the last tensor ended"
        taken = end
        code = CODES[entry["dtype"]]
        count = 1
        for size in entry["shape"]:
            count *= size
        values = list(struct.unpack("<%d%s" % (count, code), data[begin:end]))
        tensors[name] = {"dtype": entry["dtype"], "shape": entry["shape"], "values": values}
    assert taken == len(data), "bytes are left over"
    return {"metadata": header.get("__metadata__", {}), "tensors": tensors}


if __name__ == "__main__":
    print(json.dumps(read(sys.argv[1])))

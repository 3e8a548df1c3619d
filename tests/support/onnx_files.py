"""Small ONNX files, written by hand: nodes and initializers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

TYPES = {torch.float32: 1, torch.int8: 3, torch.int64: 7, torch.float16: 10, torch.float64: 11, torch.bfloat16: 16}

Operation = tuple[str, str, Sequence[str], Sequence[str], Mapping[str, int]]
"""Operator, name, inputs, outputs, and attributes."""


def varint(value: int) -> bytes:
    found = bytearray()
    while value >= 0x80:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def text(field: int, value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


def tensor(name: str, value: Tensor, *, as_floats: bool = False, external: bool = False, packed: bool = False) -> bytes:
    """An initializer; its numbers in `float_data`, in another file, or raw."""
    shape = text(1, b"".join(map(varint, value.shape))) if packed else b"".join(number(1, n) for n in value.shape)
    head = shape + number(2, TYPES[value.dtype]) + text(8, name)
    if external:
        return head + number(14, 1)
    raw = value.contiguous().view(torch.uint8).numpy().tobytes() if value.ndim else value.numpy().tobytes()
    return head + text(4 if as_floats else 9, raw)


def node(operation: Operation) -> bytes:
    operator, name, inputs, outputs, attributes = operation
    parts = [*(text(1, given) for given in inputs), *(text(2, made) for made in outputs), text(3, name)]
    parts.append(text(4, operator))
    parts += [text(5, text(1, key) + number(3, value) + number(20, 2)) for key, value in attributes.items()]
    # an attribute of another type, which a reader must step over: a float
    parts.append(text(5, text(1, "alpha") + varint(2 << 3 | 5) + np.float32(0.5).tobytes()))
    return b"".join(parts)


def write_onnx(path: Path, tensors: Sequence[bytes], operations: Sequence[Operation] = ()) -> Path:
    """A file with initializers, each as `tensor` gives it, and nodes."""
    graph = b"".join(text(1, node(operation)) for operation in operations) + text(2, "main")
    graph += b"".join(text(5, initializer) for initializer in tensors)
    path.write_bytes(number(1, 8) + text(2, "test") + text(7, graph) + text(8, number(2, 17)))
    return path


def exported(state: Mapping[str, Tensor]) -> tuple[list[bytes], list[Operation]]:
    """A state dict as torch's exporter writes it: weights of linear layers nameless and transposed, biases added."""
    tensors, operations = [], []
    for count, (key, value) in enumerate(state.items()):
        layer, _, leaf = key.rpartition(".")
        if leaf != "weight" or value.ndim != 2 or "position" in key:
            tensors.append(tensor(key, value))
            continue
        name, made = f"onnx::MatMul_{count}", f"/{layer}/MatMul_output_0"
        tensors.append(tensor(name, value.T))
        operations.append(("MatMul", f"/{layer.replace('.', '/')}/MatMul", [f"x{count}", name], [made], {}))
        if f"{layer}.bias" in state:
            operations.append(("Add", f"/{layer}/Add", [f"{layer}.bias", made], [f"y{count}"], {}))
    return tensors, operations

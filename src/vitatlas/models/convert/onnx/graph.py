"""The graph of an ONNX file: its nodes, and its tensors of floating-point numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.models.convert.onnx.wire import Value, as_bytes, as_text, fields, varints

MODEL_GRAPH = 7
GRAPH_NODE, GRAPH_INITIALIZER = 1, 5
NODE_INPUT, NODE_OUTPUT, NODE_NAME, NODE_OPERATOR, NODE_ATTRIBUTE = 1, 2, 3, 4, 5
ATTRIBUTE_NAME, ATTRIBUTE_INTEGER = 1, 3
TENSOR_DIMENSIONS, TENSOR_TYPE, TENSOR_FLOATS, TENSOR_NAME, TENSOR_RAW, TENSOR_LOCATION = 1, 2, 4, 8, 9, 14
"""Numbers of fields, from onnx.proto."""

FLOATS = {1: torch.float32, 10: torch.float16, 11: torch.float64, 16: torch.bfloat16}
QUANTISED = (2, 3)
"""Types of tensors: of floating point, and of 8-bit whole numbers. Others hold shapes and indexes."""

EXTERNAL = 1
EXPORT = "or convert the model's own safetensors file, or state dict"


@dataclass
class Node:
    """One operation.

    Attributes:
        operator: Its kind, such as MatMul.
        name: In torch's exports the path of the module: `/vit/encoder/layer.0/attention/attention/query/MatMul`.
        inputs, outputs: Names of tensors.
        integers: Attributes that are whole numbers.
    """

    operator: str = ""
    name: str = ""
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    integers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Graph:
    """Nodes in order, and by name the tensors that are stored in the file."""

    nodes: list[Node]
    tensors: Mapping[str, Tensor]


def read_graph(path: str | Path) -> Graph:
    """The main graph of an ONNX file.

    Raises:
        UserError: No such file; damaged, or no ONNX file; weights in other files; quantised weights.
    """
    try:
        message = memoryview(Path(path).read_bytes())
        graphs = [as_bytes(value) for number, value in fields(message) if number == MODEL_GRAPH]
        if len(graphs) != 1:
            raise ValueError("it has no graph")
        parts = list(fields(graphs[0]))
        nodes = [_node(as_bytes(value)) for number, value in parts if number == GRAPH_NODE]
        named = [_tensor(as_bytes(value), path) for number, value in parts if number == GRAPH_INITIALIZER]
    except FileNotFoundError as error:
        raise UserError("no such weights file", where=path) from error
    except ValueError as error:
        raise UserError(
            f"the file is damaged, or no ONNX file: {error}", where=path, remedy=f"export it again, {EXPORT}"
        ) from error
    return Graph(nodes, {name: value for name, value in named if value is not None})


def _node(message: memoryview) -> Node:
    node = Node()
    for number, value in fields(message):
        if number == NODE_INPUT:
            node.inputs.append(as_text(value))
        elif number == NODE_OUTPUT:
            node.outputs.append(as_text(value))
        elif number == NODE_NAME:
            node.name = as_text(value)
        elif number == NODE_OPERATOR:
            node.operator = as_text(value)
        elif number == NODE_ATTRIBUTE:
            node.integers |= _integer(as_bytes(value))
    return node


def _integer(message: memoryview) -> dict[str, int]:
    found = dict(fields(message))
    value = found.get(ATTRIBUTE_INTEGER)
    return {as_text(found[ATTRIBUTE_NAME]): value} if isinstance(value, int) and ATTRIBUTE_NAME in found else {}


def _tensor(message: memoryview, path: str | Path) -> tuple[str, Tensor | None]:
    """A tensor and its name; None for what holds no floating-point numbers."""
    shape: list[int] = []
    found: dict[int, Value] = {}
    for number, value in fields(message):
        if number == TENSOR_DIMENSIONS:
            shape += varints(value)
        elif number == TENSOR_FLOATS and number in found:
            found[number] = memoryview(bytes(as_bytes(found[number])) + bytes(as_bytes(value)))
        else:
            found[number] = value
    name, kind = as_text(found.get(TENSOR_NAME, memoryview(b""))), found.get(TENSOR_TYPE)
    if kind in QUANTISED and len(shape) > 1:
        raise UserError(
            f"the weights are quantised: {name}", where=path, remedy=f"export the model without quantisation, {EXPORT}"
        )
    if kind not in FLOATS:
        return name, None
    if found.get(TENSOR_LOCATION) == EXTERNAL:
        raise UserError(
            f"the weights are in other files: {name}", where=path, remedy=f"export the model as one file, {EXPORT}"
        )
    return name, _numbers(found, FLOATS[int(kind)], shape, name)


def _numbers(found: Mapping[int, Value], dtype: torch.dtype, shape: list[int], name: str) -> Tensor:
    raw = found.get(TENSOR_RAW, found.get(TENSOR_FLOATS) if dtype == torch.float32 else None)
    data = bytes(as_bytes(memoryview(b"") if raw is None else raw))
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise ValueError(f"{name} has {len(data)} bytes, which are not {'×'.join(map(str, shape))} numbers")
    return torch.frombuffer(bytearray(data), dtype=dtype).reshape(shape) if data else torch.empty(shape, dtype=dtype)

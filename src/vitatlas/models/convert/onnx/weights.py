"""The weights of an ONNX file by their names in torch.

torch's exporters keep most names. Of a linear layer on more than a matrix they store the transposed weight under a
number (`onnx::MatMul_1966`); the bias that is added behind it has kept its name, and where there is none, the node has
the layer's path. Class token and position embeddings may have lost theirs (`embeddings`). Tensors that are equal are
stored once.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from vitatlas.models.convert.onnx.embeddings import is_constant, with_embeddings
from vitatlas.models.convert.onnx.graph import Graph, Node, read_graph


def read_onnx(path: str | Path) -> dict[str, Tensor]:
    """The weights of an ONNX file by their names in torch; what has none keeps the name that it has in the file.

    Raises:
        UserError: As `read_graph`.
    """
    return named_weights(read_graph(path))


def named_weights(graph: Graph) -> dict[str, Tensor]:
    """The weights of a graph by their names in torch, as `read_onnx`."""
    tensors = _with_copies(graph)
    biases = _biases(graph, tensors)
    found, used = {}, set()
    for node in graph.nodes:
        matrix = _transposed(node, tensors)
        if matrix is not None:
            found[f"{_layer(node, matrix, biases)}.weight"] = tensors[matrix].T.contiguous()
            used.add(matrix)
    rest = {name: value for name, value in tensors.items() if name not in used and not is_constant(name, value)}
    return with_embeddings({**rest, **found}, graph)


def _with_copies(graph: Graph) -> dict[str, Tensor]:
    """The tensors, also under the names of those that are equal to them and were not stored again."""
    tensors = dict(graph.tensors)
    for node in graph.nodes:
        if node.operator == "Identity":
            tensors |= {
                copy: tensors[name] for name, copy in zip(node.inputs, node.outputs, strict=False) if name in tensors
            }
    return tensors


def _transposed(node: Node, tensors: Mapping[str, Tensor]) -> str | None:
    """The stored matrix that a node multiplies by from the right: the transposed weight of a linear layer."""
    if node.operator not in ("MatMul", "Gemm") or node.integers.get("transB") or len(node.inputs) < 2:
        return None
    name = node.inputs[1]
    return name if name in tensors and tensors[name].ndim == 2 else None


def _biases(graph: Graph, tensors: Mapping[str, Tensor]) -> dict[str, str]:
    """By the name of a sum's other term, the bias that is added to it."""
    found = {}
    for node in graph.nodes:
        if node.operator == "Add" and len(node.inputs) == 2:
            for term, other in (node.inputs, node.inputs[::-1]):
                if term in tensors and term.endswith(".bias"):
                    found[other] = term
    return found


def _layer(node: Node, matrix: str, biases: Mapping[str, str]) -> str:
    """The name of the linear layer that a node is."""
    added = [name for name in node.inputs[2:] if name.endswith(".bias")]
    bias = next((name for name in (*added, *map(biases.get, node.outputs)) if name), None)
    if bias is not None:
        return bias.removesuffix(".bias")
    if matrix.endswith(".weight"):
        return matrix.removesuffix(".weight")
    return node.name.strip("/").rpartition("/")[0].replace("/", ".") or matrix

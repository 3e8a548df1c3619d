"""Class token and position embeddings of an ONNX file that the exporter stored under names of its own.

It computes what depends on weights alone, and stores the outcome: the class token repeated for a batch of one, position
embeddings cut into the class token's and the patches', or resampled for images of a fixed size. What they are, the
operations tell that they go into.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from vitatlas.models.convert.onnx.graph import Graph, Node

NAMES = {
    "embeddings.patch_embeddings.projection.weight": ("embeddings.cls_token", "embeddings.position_embeddings"),
    "embeddings.patch_embedding.weight": ("embeddings.class_embedding", "embeddings.position_embedding.weight"),
}
"""By the name of the patch embedding, those of the class token and the position embeddings: ViT's kind, and CLIP's."""


def with_embeddings(weights: Mapping[str, Tensor], graph: Graph) -> dict[str, Tensor]:
    """The weights, class token and position embeddings under their names in torch if it is clear which they are."""
    found = dict(weights)
    for end, (class_token, positions) in NAMES.items():
        prefixes = [name.removesuffix(end) for name in weights if name.endswith(end)]
        if len(prefixes) == 1:
            _name(found, prefixes[0] + positions, _positions(found, graph))
            _name(found, prefixes[0] + class_token, _class_token(found, graph))
    return found


def is_constant(name: str, value: Tensor) -> bool:
    """Whether a tensor is no weight: a number that stands in the code, or an attention mask that hides nothing."""
    return _is_nameless(name) and (value.ndim == 0 or not bool(value.any()))


def _name(weights: dict[str, Tensor], name: str, parts: Sequence[str]) -> None:
    """Put tensors under one name, joined along the tokens, unless there is one of this name."""
    if parts and name not in weights:
        weights[name] = torch.cat([weights.pop(part) for part in parts], dim=1)


def _positions(weights: Mapping[str, Tensor], graph: Graph) -> list[str]:
    """The tensor added to all tokens; or the class token's part, which is joined with what the patches' part became."""
    added = [name for node in _of("Add", graph) for name in _tokens(node, weights) if weights[name].shape[1] > 1]
    if len(added) == 1:
        return added
    patches = [name for node in _of("Reshape", graph) for name in _tokens(node, weights)[:1]]
    first = _joined(weights, graph)
    return [*first, *patches] if len(first) == len(patches) == 1 else []


def _class_token(weights: Mapping[str, Tensor], graph: Graph) -> list[str]:
    first = _joined(weights, graph)
    return first if len(first) == 1 else []


def _joined(weights: Mapping[str, Tensor], graph: Graph) -> list[str]:
    """Single tokens that are put in front of others."""
    return [name for node in _of("Concat", graph) for name in _tokens(node, weights) if weights[name].shape[1] == 1]


def _of(operator: str, graph: Graph) -> list[Node]:
    return [node for node in graph.nodes if node.operator == operator]


def _tokens(node: Node, weights: Mapping[str, Tensor]) -> list[str]:
    """The nameless inputs of a node that are tokens, [1, T, D]."""
    return [
        name
        for name in node.inputs
        if name in weights and _is_nameless(name) and weights[name].ndim == 3 and len(weights[name]) == 1
    ]


def _is_nameless(name: str) -> bool:
    """Whether the exporter has named a tensor: torch's own names are paths of modules."""
    return "." not in name

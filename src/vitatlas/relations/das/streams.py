"""The residual streams that a training step needs from below its layer: computed once and kept, or by every step.

The rule: one layer of N examples takes N × (T + C·n) × D numbers of float32 (T tokens of the base image, n source
tokens for each of C controls). As many layers as fit into the room given are computed in one pass over the images.
Where not even one fits, nothing is kept, and every step runs its own images up to the layer.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vitatlas.models.interchange import take
from vitatlas.relations.das.cut import CutModel
from vitatlas.relations.das.examples import Examples

Step = tuple[Tensor, Tensor]
"""Base tokens [B, T, D] and source vectors [B, n, D] of a step."""


class Kept:
    """Residual streams of all examples at a few layers, computed in one pass.

    Args:
        model: The model.
        examples: N examples.
        layers: Which layers.
        controls: Which source tokens.
        batch: Images per forward pass.
    """

    def __init__(self, model: CutModel, examples: Examples, layers: Sequence[int], controls: Sequence[str], batch: int):
        self._base: dict[int, Tensor] = {}
        self._given: dict[tuple[int, str], Tensor] = {}
        for rows in examples.batches(batch):
            for images, keep in zip(examples.images(rows), (self._keep_base, self._keep_given), strict=True):
                for layer, tokens in model.below(images, layers).items():
                    keep(layer, tokens, rows, examples, controls)

    def _keep_base(self, layer: int, tokens: Tensor, rows: Tensor, examples: Examples, _: Sequence[str]) -> None:
        if layer not in self._base:
            self._base[layer] = tokens.new_empty(len(examples), *tokens.shape[1:])
        self._base[layer][rows] = tokens

    def _keep_given(
        self, layer: int, tokens: Tensor, rows: Tensor, examples: Examples, controls: Sequence[str]
    ) -> None:
        for control in controls:
            vectors = take(tokens, examples.given[control][rows])
            if (layer, control) not in self._given:
                self._given[layer, control] = vectors.new_empty(len(examples), *vectors.shape[1:])
            self._given[layer, control][rows] = vectors

    def __call__(self, layer: int, control: str, rows: Tensor) -> Step:
        """The streams for the examples `rows`."""
        return self._base[layer][rows], self._given[layer, control][rows]


class Recomputed:
    """The same, computed anew by every step."""

    def __init__(self, model: CutModel, examples: Examples):
        self._model, self._examples = model, examples

    def __call__(self, layer: int, control: str, rows: Tensor) -> Step:
        """The streams for the examples `rows`."""
        base, source = (self._model.below(images, [layer])[layer] for images in self._examples.images(rows))
        return base, take(source, self._examples.given[control][rows])


Streams = Kept | Recomputed


def layer_groups(layers: Sequence[int], bytes_per_layer: int, room: int) -> list[list[int]]:
    """Layers that are computed together; of one each where not even one fits into `room` bytes."""
    size = max(room // bytes_per_layer, 1)
    return [list(layers[start : start + size]) for start in range(0, len(layers), size)]


def bytes_per_layer(model: CutModel, examples: Examples, controls: Sequence[str]) -> int:
    """The memory that one layer of `examples` takes."""
    classifier = model.classifier
    tokens = classifier.prefix + classifier.grid**2 + len(controls) * examples.edited.shape[1]
    return len(examples) * tokens * classifier.width * torch.finfo(classifier.head.weight.dtype).bits // 8

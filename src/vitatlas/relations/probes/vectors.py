"""The vectors that probes read: the tokens of a pair, side by side.

The rule of memory: one layer of N images takes N × 4n × D numbers of float32 (n tokens per object, width D). As many
layers as fit into the room given are computed in one pass over the images, and at least one.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vitatlas.models.interchange import take
from vitatlas.relations.das.cut import CutModel
from vitatlas.relations.probes.pairs import Pairs


def side_by_side(tokens: Tensor, where: Tensor) -> Tensor:
    """The vectors [B, 2, 2n·D] of pairs whose tokens `where` [B, 2, 2n] are among `tokens` [B, T, D]."""
    return take(tokens, where.flatten(1)).view(*where.shape[:2], -1)


@torch.no_grad()
def pair_vectors(model: CutModel, pairs: Pairs, layers: Sequence[int], batch: int) -> Tensor:
    """The vectors [L, N, 2, 2n·D] of all pairs at `layers` (-1: as they enter block 0), in one pass over the images."""
    size = pairs.tokens.shape[2] * model.classifier.width
    found = model.classifier.head.weight.new_empty(len(layers), *pairs.same.shape, size)
    for rows in pairs.batches(batch):
        streams = model.below(pairs.images(rows), layers)
        for place, layer in enumerate(layers):
            found[place, rows] = side_by_side(streams[layer], pairs.tokens[rows])
    return found


def bytes_per_layer(model: CutModel, pairs: Pairs) -> int:
    """The memory that the vectors of one layer take."""
    bits = torch.finfo(model.classifier.head.weight.dtype).bits
    return pairs.tokens.numel() * model.classifier.width * bits // 8

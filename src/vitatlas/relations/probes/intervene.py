"""Probes on images that they were not trained on, and answers after their directions were added.

One pass over the images gives the tokens of all layers; an intervention runs the blocks above its layer only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vitatlas.jobs.progress import Progress
from vitatlas.models.interchange import put, take
from vitatlas.relations.das.cut import CutModel
from vitatlas.relations.probes.fit import Probes
from vitatlas.relations.probes.pairs import PAIRS, Pairs
from vitatlas.relations.probes.vectors import side_by_side


@dataclass(frozen=True)
class Key:
    """The measures taken once per image.

    Attributes:
        quantity: `probe`: whether it is right. `intervention`, `control`: whether the answer is the one that would be
            right if one pair's relation were the other one, after the pair's tokens got the direction of the other
            relation, or that of the relation they have.
        alpha: How many times the direction was added; None for probes.
    """

    layer: int
    quantity: str
    pair: str
    alpha: float | None = None


@dataclass(frozen=True)
class Outcomes:
    """For N images, whether what the key says is so (bool [N]), and whether the answer was the flipped one to begin
    with."""

    of: dict[Key, np.ndarray]
    untouched: np.ndarray


@torch.no_grad()
def intervene(
    model: CutModel,
    pairs: Pairs,
    probes: Probes,
    reads: Sequence[int],
    alphas: Sequence[float],
    batch: int,
    progress: Progress,
) -> Outcomes:
    """Probe every pair, and intervene on one pair at a time, at every layer of `probes`.

    Args:
        model: The model.
        pairs: Held-out images.
        probes: Of the layers after which to intervene.
        reads: The layer whose tokens each probe reads, -1 for those that enter block 0.
        alphas: How many times to add a direction.
        batch: Images per forward pass.
        progress: Counts images.
    """
    found: dict[Key, list[Tensor]] = defaultdict(list)
    untouched: list[Tensor] = []
    directions = probes.directions(model.classifier.width)
    wanted, top = sorted({*reads, *probes.layers}), max(probes.layers)
    for rows in pairs.batches(batch):
        streams = model.below(pairs.images(rows), wanted)
        flipped, same, where = pairs.flipped[rows], pairs.same[rows], pairs.tokens[rows]
        untouched.append(model.above(streams[top], top).argmax(1) == flipped)
        read = torch.stack([side_by_side(streams[layer], where).flatten(0, 1) for layer in reads])
        right = probes.logits(read).argmax(2).view(len(reads), -1, len(PAIRS)) == same
        for place, layer in enumerate(probes.layers):
            for index, pair in enumerate(PAIRS):
                found[Key(layer, "probe", pair)].append(right[place, :, index])
                before = take(streams[layer], where[:, index])
                for quantity, aim in (("intervention", 1 - same[:, index]), ("control", same[:, index])):
                    push = directions[place, aim]
                    for alpha in alphas:
                        tokens = put(streams[layer], where[:, index], before + alpha * push)
                        answers = model.above(tokens, layer).argmax(1)
                        found[Key(layer, quantity, pair, alpha)].append(answers == flipped)
        progress.step(len(rows))
    return Outcomes({key: _numpy(parts) for key, parts in found.items()}, _numpy(untouched))


def right_by_pair(probes: Probes, vectors: Tensor, same: Tensor) -> dict[Key, np.ndarray]:
    """Whether the probes are right on the pairs that they were trained on: bool [N] by key.

    Args:
        probes: Of L layers.
        vectors: [L, N, 2, F].
        same: int64 [N, 2].
    """
    right = (probes.logits(vectors.flatten(1, 2)).argmax(2) == same.flatten()).view(len(vectors), *same.shape)
    return {
        Key(layer, "probe", pair): _numpy([right[place, :, index]])
        for place, layer in enumerate(probes.layers)
        for index, pair in enumerate(PAIRS)
    }


def _numpy(parts: list[Tensor]) -> np.ndarray:
    return torch.cat(parts).cpu().numpy()

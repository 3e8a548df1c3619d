"""Learned subspaces on examples that they were not learned from: one pass over the images for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from vitatlas.models.interchange import put, take
from vitatlas.relations.das.cut import CutModel
from vitatlas.relations.das.examples import Examples
from vitatlas.relations.das.learned import Item, Learned
from vitatlas.relations.das.operator import binary, blend

Scores = dict[Item, list[Tensor]]


@torch.no_grad()
def evaluate(model: CutModel, examples: Examples, learned: Mapping[Item, Learned], batch: int) -> list[dict[str, Any]]:
    """Intervene on every example with every subspace, the mask binary and tokens aligned (top left to top left, …).

    Args:
        model: The model.
        examples: What to intervene on.
        learned: Subspaces of the examples' property.
        batch: Examples per forward pass.

    Returns:
        One row per subspace and group: layer, property, control, direction, pair, accuracy (share of answers that are
        the target), loss (mean cross-entropy to it), n, base_error (the same share without an intervention).
    """
    device = examples.target.device
    # A mask that keeps nothing exchanges nothing: the answers are those without an intervention.
    operators = {
        item: (rotation.to(device), binary(mask).to(device))
        for item, (rotation, mask) in learned.items()
        if binary(mask).any()
    }
    scores: Scores = {item: [] for item in operators}
    untouched: list[Tensor] = []
    layers = sorted({item.layer for item in learned})
    for rows in examples.batches(batch):
        base, source = (model.below(images, layers) for images in examples.images(rows))
        target, edited = examples.target[rows], examples.edited[rows]
        untouched.append(score(model.above(base[layers[-1]], layers[-1]), target))
        for item, (rotation, mask) in operators.items():
            tokens = base[item.layer]
            given = take(source[item.layer], examples.given[item.control][rows])
            new = blend(take(tokens, edited), given, rotation, mask)
            answers = model.above(put(tokens, edited, new), item.layer)
            scores[item].append(score(answers, target))
    before = np.concatenate([part.cpu().numpy() for part in untouched])
    return [
        {"layer": item.layer, "property": item.property, "control": item.control, **row}
        for item in learned
        for row in grouped(torch.cat(scores.get(item, untouched)).cpu().numpy(), before, examples)
    ]


@torch.no_grad()
def effect(model: CutModel, examples: Examples, batch: int) -> float:
    """The share of examples whose target the model answers when the edit is made in the image itself."""
    last = model.depth - 1
    right = 0.0
    for rows in examples.batches(batch):
        tokens = model.below(examples.edited_images(rows), [last])[last]
        right += float(score(model.above(tokens, last), examples.target[rows])[:, 0].sum())
    return right / len(examples)


def score(logits: Tensor, target: Tensor) -> Tensor:
    """Whether the answer is the target, and the cross-entropy to it: [B, 2]."""
    right = (logits.argmax(1) == target).float()
    return torch.stack([right, F.cross_entropy(logits.float(), target, reduction="none")], dim=1)


def grouped(scores: np.ndarray, untouched: np.ndarray, examples: Examples) -> Sequence[dict[str, Any]]:
    """Means of `scores` [N, 2] over each of the examples' groups, and of those without an intervention."""
    rows = []
    for (direction, pair), chosen in examples.groups.items():
        accuracy, loss = scores[chosen].mean(0, dtype=np.float64).tolist()
        row = {"direction": direction, "pair": pair, "accuracy": accuracy, "loss": loss, "n": int(chosen.sum())}
        rows.append(row | {"base_error": float(untouched[chosen, 0].mean(dtype=np.float64))})
    return rows

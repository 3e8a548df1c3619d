"""Novel representations: does the model compare what was never shown to it? (Lepori et al., section 4)

Both objects of a pair get, in the coordinates of a learned subspace, vectors that no image gave: the same one if they
are to become the same, two different ones if they are to become different. The other coordinates stay.

| method | vector |
|---|---|
| added | the sum of two vectors seen in other images, token by token |
| interpolated | their mean |
| sampled | normal, with the mean and the standard deviation of each coordinate over vectors seen; one for all tokens |
| random | standard normal in each coordinate; one for all tokens |
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vitatlas.jobs.seeds import derive_seed
from vitatlas.models.interchange import put, take
from vitatlas.relations.config.protocol import Switch
from vitatlas.relations.das.cut import CutModel
from vitatlas.relations.das.examples import Examples
from vitatlas.relations.das.fit import warning
from vitatlas.relations.das.learned import Item, Learned

METHODS = ("added", "interpolated", "sampled", "random")
WEIGHTS = {"added": 1.0, "interpolated": 0.5}


def draw(method: str, seen: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """`count` novel vectors for the n tokens of an object: [count, n, k].

    Args:
        method: One of `METHODS`.
        seen: Coordinates in the subspace of objects in other images, [N, n, k].
        count: How many.
        generator: The source of randomness, on the CPU, so that every device gets the same.
    """
    tokens, size = seen.shape[1:]
    if method in WEIGHTS:
        first, second = torch.randint(len(seen), (2, count), generator=generator).to(seen.device)
        return WEIGHTS[method] * (seen[first] + seen[second])
    normal = torch.randn(count, 1, size, generator=generator).to(seen)
    if method == "sampled":
        every = seen.flatten(0, 1)
        normal = every.mean(0) + every.std(0) * normal
    return normal.expand(count, tokens, size)


def implant(base: Tensor, vectors: Tensor, axes: Tensor) -> Tensor:
    """`base` [..., d] with the coordinates `vectors` [..., k] along the orthonormal `axes` [d, k]."""
    return base + (vectors - base @ axes) @ axes.T


@torch.no_grad()
def measure(
    model: CutModel,
    seen: Examples,
    examples: Examples,
    learned: Mapping[Item, Learned],
    *,
    batch: int,
    draws: int,
    novel_draws: Switch,
    shared: int,
    seed: int,
    methods: Sequence[str] = METHODS,
) -> list[dict[str, Any]]:
    """Success of each method with each subspace.

    Args:
        model: The model.
        seen: Examples whose source objects' vectors are what was seen (validation).
        examples: What to intervene on.
        learned: Subspaces of the examples' property.
        batch: Examples per forward pass.
        draws: How often everything is drawn anew.
        novel_draws: corrected: every example its own vectors; reference: `shared` examples in a row have the same.
        shared: See there.
        seed: The source of randomness; what is drawn for one method does not depend on the others.
        methods: Which of `METHODS`.

    Returns:
        One row per subspace and method: layer, property, method, accuracy (mean over draws), low, high (its 95 %
        interval), draws, n (examples), made_same (the accuracy on those examples alone whose pair is to become the
        same: that of pairs that are to differ tells less, since any damage makes things different), base_error,
        subspace_size, warning.
    """
    axes = {item: rotation.to(seen.target.device)[:, mask > 0] for item, (rotation, mask) in learned.items()}
    # In a subspace without coordinates nothing can be novel: the answers are those without an intervention.
    kept = {item: along for item, along in axes.items() if along.shape[1]}
    known = _collect(model, seen, kept, batch)
    group = torch.arange(len(examples), device=seen.target.device) // (shared if novel_draws == "reference" else 1)
    count = int(group[-1]) + 1
    new = {
        (item, method, turn): _two(method, known[item], count, derive_seed(seed, str(item), method, turn))
        for item, method, turn in itertools.product(kept, methods, range(draws))
    }
    right: dict[tuple[Item, str, int], list[Tensor]] = {key: [] for key in new}
    untouched: list[Tensor] = []
    layers = sorted({item.layer for item in axes})
    for rows in examples.batches(batch):
        base = model.below(examples.images(rows)[0], layers)
        target, judgement = examples.target[rows], examples.judgement[rows].view(-1, 1, 1)
        untouched.append(model.above(base[layers[-1]], layers[-1]).argmax(1) == target)
        pair = torch.cat([examples.edited[rows], examples.partner[rows]], dim=1)
        for (item, method, turn), (first, other) in new.items():
            tokens, place = base[item.layer], group[rows]
            second = torch.where(judgement == 1, other[place], first[place])
            vectors = torch.cat([first[place], second], dim=1)
            logits = model.above(put(tokens, pair, implant(take(tokens, pair), vectors, axes[item])), item.layer)
            right[item, method, turn].append(logits.argmax(1) == target)
    rows_, before, same = [], _numpy(untouched), (examples.judgement == 0).cpu().numpy()
    for item, method in itertools.product(axes, methods):
        width, size = axes[item].shape
        found = np.stack([_numpy(right.get((item, method, turn), untouched)) for turn in range(draws)])
        row: dict[str, Any] = {"layer": item.layer, "property": item.property, "method": method}
        row |= interval(found.mean(1)) | {"draws": draws, "n": len(examples)}
        row |= {"made_same": float(found[:, same].mean()), "base_error": float(before.mean())}
        rows_.append(row | {"subspace_size": size, "warning": warning(size, width)})
    return rows_


def _numpy(parts: list[Tensor]) -> np.ndarray:
    return torch.cat(parts).cpu().numpy()


def _collect(model: CutModel, seen: Examples, axes: Mapping[Item, Tensor], batch: int) -> dict[Item, Tensor]:
    """Coordinates of the source objects' tokens in each subspace: [N, n, k]."""
    if not axes:
        return {}
    found: dict[Item, list[Tensor]] = {item: [] for item in axes}
    for rows in seen.batches(batch):
        tokens = model.below(seen.images(rows)[1], sorted({item.layer for item in axes}))
        for item, along in axes.items():
            found[item].append(take(tokens[item.layer], seen.given["none"][rows]) @ along)
    return {item: torch.cat(parts) for item, parts in found.items()}


def _two(method: str, seen: Tensor, count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Two sets of vectors, drawn one after the other."""
    generator = torch.Generator().manual_seed(seed)
    return draw(method, seen, count, generator), draw(method, seen, count, generator)


def interval(values: np.ndarray, level: float = 0.95) -> dict[str, float]:
    """Mean of independent `values` and its confidence interval, by Student's t (whose quantile is expanded as in
    Abramowitz and Stegun, 26.7.5): accuracy, low, high."""
    mean, freedom = float(values.mean()), len(values) - 1
    z = NormalDist().inv_cdf((1 + level) / 2)
    terms = (z, (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96, (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384)
    quantile = sum(term / freedom**power for power, term in enumerate(terms))
    half = quantile * float(values.std(ddof=1)) / math.sqrt(len(values))
    return {"accuracy": mean, "low": max(mean - half, 0.0), "high": min(mean + half, 1.0)}

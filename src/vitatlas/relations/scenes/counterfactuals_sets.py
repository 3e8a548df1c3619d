"""Counterfactual sets, made from the scenes of a split (Lepori et al., section 4; the authors' code).

Every set is a pure function of its arguments: the same seed gives the same table.
"""

from __future__ import annotations

import numpy as np

from vitatlas.errors import UserError
from vitatlas.jobs.seeds import derive_seed
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.counterfactuals import DIRECTIONS, PAIRS, PROPERTIES, Counterfactuals
from vitatlas.relations.scenes.counterfactuals_sources import Ints, discrimination, relation, rmts
from vitatlas.relations.scenes.scenes import Scenes


def make_counterfactuals(
    scenes: Scenes, property: str, split: str, n: int, geometry: Geometry, seed: int, reuse: int = 1
) -> Counterfactuals:
    """`n` examples with base images from `scenes`, in random order.

    Discrimination: half of the base images differ in `property` alone and are to become the same, half are the same and
    are to become different. RMTS: eight equal parts, by the pair that is edited, its relation, and the label. Sizes of
    parts differ by one at most.

    Args:
        scenes: The scenes of one split.
        property: What is exchanged, "shape" or "color".
        split: Their split, for messages and as a part of the seed.
        n: Number of examples.
        geometry: Where boxes may lie.
        seed: The source of randomness.
        reuse: How often a base image may serve within its part, each time with another source image.

    Raises:
        UserError: An unknown property; n below 1; no scenes; scenes of another geometry; or too few base images of
            some part.
    """
    where = f"counterfactuals of {property}, split '{split}'"
    if property not in PROPERTIES:
        raise UserError(f"unknown property '{property}'", where=where, remedy=f"use one of: {', '.join(PROPERTIES)}")
    if n < 1 or not len(scenes):
        problem = f"a set of {n} examples" if n < 1 else "the split holds no scenes"
        raise UserError(problem, where=where, remedy="ask for at least 1 example, of a split with scenes")
    _check_boxes(scenes, geometry, where)
    rng = np.random.default_rng(derive_seed(seed, "counterfactuals", property, split))
    rows, edited = _choose(scenes, property, n, reuse, rng, where)
    base = scenes[rows]
    make = discrimination if scenes.objects == 2 else rmts
    return make(base, property, edited, rows, geometry, rng)


def _choose(
    scenes: Scenes, property: str, n: int, reuse: int, rng: np.random.Generator, where: str
) -> tuple[Ints, Ints]:
    """Rows of the base images and the objects to edit, in random order."""
    parts = _parts(scenes, property)
    rows: list[Ints] = []
    edited: list[Ints] = []
    for number, (name, (found, first)) in enumerate(parts.items()):
        wanted = n // len(parts) + (number < n % len(parts))
        if wanted > len(found) * reuse:
            raise UserError(
                f"{wanted} base images for '{name}' are wanted, there are {len(found)} (each may serve {reuse} times)",
                where=where,
                remedy="make more scenes (relations.stimuli.sizes), ask for fewer examples, or reuse base images",
            )
        order = np.concatenate([rng.permutation(found) for _ in range(-(-wanted // max(len(found), 1)))] or [found])
        rows.append(order[:wanted])
        # In discrimination always the first object, as in the authors' code; the display pair stands in fixed places,
        # so there, and for symmetry in the sample pair, either one.
        second = rng.integers(2, size=wanted) if scenes.objects == 4 else np.zeros(wanted, dtype=np.int64)
        edited.append(first + second)
    order = rng.permutation(n)
    return np.concatenate(rows)[order], np.concatenate(edited)[order]


def _parts(scenes: Scenes, property: str) -> dict[str, tuple[Ints, int]]:
    """By name, the rows that may serve as base images of a part, and the first object of the pair to edit."""
    pairs = PAIRS[: scenes.objects // 2]
    parts = {}
    for pair, first in zip(pairs, (0, 2), strict=False):
        how = relation(scenes, first)
        for kind, direction in ((property, DIRECTIONS[0]), ("same", DIRECTIONS[1])):
            if scenes.objects == 2:
                parts[direction] = (np.flatnonzero(how == kind), first)
                continue
            for label in (0, 1):
                chosen = (how == kind) & (scenes.label == label)
                parts[f"{direction}, {pair} pair, label {label}"] = (np.flatnonzero(chosen), first)
    return parts


def _check_boxes(scenes: Scenes, geometry: Geometry, where: str) -> None:
    last = geometry.grid - geometry.span
    if max(scenes.row.max(), scenes.col.max()) > last or max(scenes.dy.max(), scenes.dx.max()) > geometry.jitter:
        raise UserError(
            "the scenes do not fit this geometry",
            where=where,
            remedy="pass the scenes that were made for the geometry",
        )

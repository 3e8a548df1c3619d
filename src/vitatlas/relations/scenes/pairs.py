"""Pairs of objects: which combinations a set may use, and how different pairs are chosen (Lepori et al., appendix A).

An object is a combination (shape, color) of ids; a list of objects is an int array [M, 2].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitatlas.errors import UserError
from vitatlas.relations.scenes.colors import COLORS, IID_COLORS
from vitatlas.relations.scenes.shapes import IID_SHAPES, SHAPE_NAMES
from vitatlas.relations.vocabulary import SETTINGS

DIFFERENT_KINDS = ("both", "shape", "color")
"""The order in which the kinds of difference take turns."""


def product(shapes: range, colors: range) -> np.ndarray:
    """All combinations, int64 [shapes * colors, 2], shape by shape."""
    return np.array([(shape, color) for shape in shapes for color in colors])


def combinations(setting: str) -> tuple[np.ndarray, np.ndarray]:
    """The combinations to train on and to test on: two int64 arrays [M, 2].

    "256": all 16 × 16 for both. "32": colour c is trained with the shapes c + 14 and c + 15 (mod 16), so that each
    shape has two colours and each colour two shapes; the other 224 combinations are the compositional test.

    Raises:
        UserError: There is no such setting.
    """
    everything = product(range(IID_SHAPES), range(IID_COLORS))
    if setting == "256":
        return everything, everything
    if setting != "32":
        raise UserError(f"unknown setting '{setting}'", remedy=f"use one of: {', '.join(SETTINGS)}")
    seen = (everything[:, 0] - everything[:, 1]) % IID_SHAPES >= IID_SHAPES - 2
    return everything[seen], everything[~seen]


def ood_objects(split: str) -> np.ndarray:
    """The combinations of an out-of-distribution set: int64 [M, 2], M = 64, 64 and 16."""
    new_shape, new_color = "shape" in split, "color" in split
    shapes = range(IID_SHAPES, len(SHAPE_NAMES)) if new_shape else range(IID_SHAPES)
    colors = range(IID_COLORS, len(COLORS)) if new_color else range(IID_COLORS)
    return product(shapes, colors)


@dataclass(frozen=True)
class Pairs:
    """P pairs of objects that differ.

    Attributes:
        objects: int64 [P, 2, 2], (shape, color) of either object.
        kind: str [P], one of `DIFFERENT_KINDS`.
        kept: int64 [P, 2], one of the two objects, chosen at random: the object of the paired "same" image.
    """

    objects: np.ndarray
    kind: np.ndarray
    kept: np.ndarray


def different_pairs(objects: np.ndarray, count: int, rng: np.random.Generator) -> Pairs:
    """Choose `count` pairs of different objects.

    The first objects walk cyclically through the list (in an order drawn once), while the kind of difference takes
    turns. The second object is drawn uniformly among those that differ in this way, none of them twice for the same
    first object before all of them were used.

    Raises:
        UserError: Some object has no partner that differs in the way required.
    """
    objects = objects[rng.permutation(len(objects))]
    step = np.arange(count)
    first, turn = step % len(objects), step % len(DIFFERENT_KINDS)
    second = np.empty(count, dtype=np.int64)
    admissible = _admissible(objects)
    for kind, name in enumerate(DIFFERENT_KINDS):
        for index in range(len(objects)):
            visits = np.flatnonzero((first == index) & (turn == kind))
            if not len(visits):
                continue
            partners = np.flatnonzero(admissible[name][index])
            if not len(partners):
                shape, color = objects[index]
                raise UserError(f"no object differs from shape {shape}, colour {color} in kind '{name}'")
            rounds = -(-len(visits) // len(partners))
            order = np.concatenate([rng.permutation(partners) for _ in range(rounds)])
            second[visits] = order[: len(visits)]
    pairs = np.stack([objects[first], objects[second]], axis=1)
    kept = pairs[step, rng.integers(2, size=count)]
    return Pairs(pairs, np.array(DIFFERENT_KINDS)[turn], kept)


def _admissible(objects: np.ndarray) -> dict[str, np.ndarray]:
    """Which objects differ how: by kind, bool [M, M]."""
    shape, color = (objects[:, None] != objects[None]).transpose(2, 0, 1)
    return {"both": shape & color, "shape": shape & ~color, "color": ~shape & color}


def choose_displays(samples: np.ndarray, pool: np.ndarray, rng: np.random.Generator, rounds: int = 1000) -> np.ndarray:
    """For each sample pair a pair from `pool`, drawn uniformly among those that are not the same pair.

    Args:
        samples: int [N, 2, 2], pairs of (shape, color).
        pool: int [P, 2, 2], likewise.
        rng: The source of randomness.
        rounds: How often to draw again where the identical pair came up.

    Raises:
        UserError: The pool has no other pair to offer.
    """
    sample_codes, pool_codes = _codes(samples), _codes(pool)
    chosen = rng.integers(len(pool), size=len(samples))
    for _ in range(rounds):
        identical = np.flatnonzero((pool_codes[chosen] == sample_codes).all(1))
        if not len(identical):
            return pool[chosen]
        chosen[identical] = rng.integers(len(pool), size=len(identical))
    raise UserError("there are too few objects to show a display pair other than the sample pair")


def _codes(pairs: np.ndarray) -> np.ndarray:
    """One number per object, the smaller first, so that the order within a pair does not count: int [N, 2]."""
    return np.sort(pairs[..., 0] * len(COLORS) + pairs[..., 1], axis=1)

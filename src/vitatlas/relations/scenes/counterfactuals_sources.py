"""Source images for counterfactuals: whose object gives the base image's object another shape or colour."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.colors import IID_COLORS
from vitatlas.relations.scenes.counterfactuals import PROPERTIES, Counterfactuals
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import random_places
from vitatlas.relations.scenes.shapes import IID_SHAPES

VALUES = {"shape": IID_SHAPES, "color": IID_COLORS}
"""The number of values that a source object's property is drawn from, also where the split holds fewer combinations."""

Ints = NDArray[np.signedinteger]


def discrimination(
    base: Scenes, property: str, edited: Ints, rows: Ints, geometry: Geometry, rng: np.random.Generator
) -> Counterfactuals:
    """Source images of two objects anywhere; object 0 gives the value.

    To make a pair the same: the source object has the value of the base image's other object, and another value in the
    other property; its neighbour differs from it in both. To make it different: two identical objects that differ from
    the base image's in both.
    """
    n, second = len(base), _other(property)
    judgement = base.sample_same
    here, there = (getattr(base, property), getattr(base, second))
    value = np.where(judgement == 1, _not_in(VALUES[property], here[:, :1], rng), here[np.arange(n), edited ^ 1])
    beside = _not_in(VALUES[second], there[:, :1], rng)
    same = judgement == 1
    values = {
        property: np.stack([value, np.where(same, value, _not_in(VALUES[property], value[:, None], rng))], axis=1),
        second: np.stack([beside, np.where(same, beside, _not_in(VALUES[second], beside[:, None], rng))], axis=1),
    }
    place = random_places(n, 2, geometry, rng)
    source = _drawn(replace(base, row=place[..., 0], col=place[..., 1], **values), geometry, rng)
    given = np.zeros(n, dtype=np.int8)
    return _examples(base, source, property, edited, given, rows)


def rmts(
    base: Scenes, property: str, edited: Ints, rows: Ints, geometry: Geometry, rng: np.random.Generator
) -> Counterfactuals:
    """Source images like the base image, except that in the pair that is not edited, the object at the same place in
    its pair has the value wanted: that of the edited object's partner, or any that the edited object does not have."""
    n = np.arange(len(base))
    judgement = np.where(edited < 2, base.sample_same, base.display_same)
    own = getattr(base, property)[n, edited]
    value = np.where(
        judgement == 1, _not_in(VALUES[property], own[:, None], rng), getattr(base, property)[n, edited ^ 1]
    )
    given = edited ^ 2
    values = getattr(base, property).copy()
    values[n, given] = value
    source = _drawn(replace(base, **{property: values}), geometry, rng)
    return _examples(base, source, property, edited, given, rows)


def _examples(base: Scenes, source: Scenes, property: str, edited: Ints, given: Ints, rows: Ints) -> Counterfactuals:
    judgement = np.where(edited < 2, base.sample_same, base.display_same)
    return Counterfactuals(
        base=base,
        source=source,
        property=property,
        edited=edited.astype(np.int8),
        given=given.astype(np.int8),
        other=(given ^ 1).astype(np.int8),
        target=(1 - base.label).astype(np.int8),
        judgement=judgement.astype(np.int8),
        row=rows.astype(np.int64),
    )


def _drawn(scenes: Scenes, geometry: Geometry, rng: np.random.Generator) -> Scenes:
    """The scenes with fresh jitter and noise, and with relations and label that fit their objects."""
    count = scenes.shape.shape
    jitter = rng.integers(geometry.jitter + 1, size=(2, *count))
    sample_same = (relation(scenes, 0) == "same").astype(np.int8)
    rmts = scenes.objects == 4
    display_same = (relation(scenes, 2) == "same").astype(np.int8) if rmts else np.full_like(sample_same, -1)
    fresh: dict[str, Any] = {name: getattr(scenes, name).astype(np.int16) for name in ("shape", "color", "row", "col")}
    fresh |= {"dy": jitter[0].astype(np.int16), "dx": jitter[1].astype(np.int16)}
    fresh["noise"] = rng.integers(2**63, size=count, dtype=np.uint64).astype(np.int64)
    label = (sample_same == display_same).astype(np.int8) if rmts else sample_same
    relations = {"sample_same": sample_same, "display_same": display_same, "label": label}
    return Scenes(**fresh, **relations, kind=relation(scenes, 0))


def relation(scenes: Scenes, first: int) -> np.ndarray:
    """How the pair of objects `first` and `first + 1` differs: str [N], one of `scenes.KINDS`."""
    shape, color = ((values[:, first] != values[:, first + 1]) for values in (scenes.shape, scenes.color))
    return np.array([["same", "color"], ["shape", "both"]])[shape.astype(int), color.astype(int)]


def _not_in(values: int, excluded: np.ndarray, rng: np.random.Generator) -> Ints:
    """For each row of `excluded` [N, X], one of `values` values that is not in it, uniformly."""
    score = rng.random((len(excluded), values))
    np.put_along_axis(score, excluded.astype(np.int64), -1, axis=1)
    return score.argmax(1)


def _other(property: str) -> str:
    return PROPERTIES[1 - PROPERTIES.index(property)]

"""Invariants of tables of scenes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd

from vitatlas.invariants.invariant import invariant
from vitatlas.relations.invariants.finished import AUTHORS, Finished, SceneSet

SEEN = ("train", "val", "test_iid")
FAMILIAR = 16
"""Number of the shapes, and of the colours, that models are trained on; new ones are numbered from there on."""

_of_scenes = partial(invariant, source=f"{AUTHORS}, appendix A", tables=("scenes",))


def objects_in(table: pd.DataFrame) -> int:
    """Objects per scene."""
    return sum(name.startswith("shape_") for name in table.columns)


def values(table: pd.DataFrame, name: str) -> np.ndarray:
    """One column of every object, [scenes, objects]."""
    return table[[f"{name}_{number}" for number in range(objects_in(table))]].to_numpy()


def answer(table: pd.DataFrame) -> np.ndarray:
    """The right answer by what is in the scene, [scenes]: 1 for same."""
    sample = _same(table, 0, 1)
    return (sample == _same(table, 2, 3) if objects_in(table) == 4 else sample).astype(int)


def _same(table: pd.DataFrame, first: int, second: int) -> np.ndarray:
    """Whether two objects are the same in shape and colour, boolean [scenes]."""
    shape, color = values(table, "shape"), values(table, "color")
    return np.asarray((shape[:, first] == shape[:, second]) & (color[:, first] == color[:, second]))


def _spread(counts: pd.Series) -> int:
    return int(counts.max() - counts.min())


def _combinations(table: pd.DataFrame) -> set[tuple[int, int]]:
    return set(zip(values(table, "shape").ravel().tolist(), values(table, "color").ravel().tolist(), strict=True))


@_of_scenes("scene counts", "Every split has as many scenes as the configuration says.")
def _counts(finished: Finished) -> Iterable[float]:
    return (abs(len(table) - finished.expected.scenes[key.split]) for key, table in finished.scenes.items())


@_of_scenes("balanced labels", "In every split, half of the answers are same.", bound=1)
def _balance(finished: Finished) -> Iterable[float]:
    return (abs(2 * int(table["label"].sum()) - len(table)) for table in finished.scenes.values())


@_of_scenes("labels", "The label of every scene follows from its objects' shapes and colours.")
def _labels(finished: Finished) -> Iterable[float]:
    return (int((answer(table) != table["label"]).sum()) for table in finished.scenes.values())


@_of_scenes(
    "kinds of difference",
    "Of different pairs, a third each differ in both properties, in shape only and in colour only.",
    bound=1,
)
def _kinds(finished: Finished) -> Iterable[float]:
    return (_spread(table.loc[table["kind"] != "same", "kind"].value_counts()) for table in finished.scenes.values())


@_of_scenes("quarters of RMTS", "Sample and display pair are same or different in all four ways alike.", bound=1)
def _quarters(finished: Finished) -> Iterable[float]:
    tables = (table for key, table in finished.scenes.items() if key.task == "rmts")
    return (_spread(table.groupby(["sample_same", "display_same"]).size()) for table in tables)


@_of_scenes("objects apart", "No patch belongs to two objects.")
def _apart(finished: Finished) -> Iterator[float]:
    for key, table in finished.scenes.items():
        row, col, span = values(table, "row"), values(table, "col"), finished.expected.geometries[key.geometry].span
        pairs = combinations(range(objects_in(table)), 2)
        near = [(abs(row[:, a] - row[:, b]) < span) & (abs(col[:, a] - col[:, b]) < span) for a, b in pairs]
        yield int(np.any(near, axis=0).sum())


@_of_scenes("objects inside", "Every object lies in its box, and every box on the canvas.")
def _inside(finished: Finished) -> Iterator[float]:
    for key, table in finished.scenes.items():
        grid = finished.expected.geometries[key.geometry]
        limits = {"row": grid.grid - grid.span, "col": grid.grid - grid.span, "dy": grid.jitter, "dx": grid.jitter}
        outside = [(values(table, name) < 0) | (values(table, name) > limit) for name, limit in limits.items()]
        yield int(np.any(outside, axis=(0, 2)).sum())


@_of_scenes("display pair", "In RMTS the display pair lies in the top left corner.")
def _display(finished: Finished) -> Iterator[float]:
    for key, table in finished.scenes.items():
        if key.task == "rmts":
            span = finished.expected.geometries[key.geometry].span
            wanted = table[["row_2", "col_2", "row_3", "col_3"]] == [0, 0, 0, span]
            yield int((~wanted.all(axis=1)).sum())


@_of_scenes(
    "unseen combinations",
    "With 32 combinations, none of the test split's is among those of training, validation or test_iid.",
)
def _unseen(finished: Finished) -> Iterator[float]:
    for key, table in finished.scenes.items():
        other = finished.scenes.get(SceneSet(key.geometry, key.task, key.setting, "test"))
        if key.setting == "32" and key.split in SEEN and other is not None:
            yield len(_combinations(table) & _combinations(other))


@_of_scenes(
    "seen combinations",
    "With 32 combinations, each shape is seen in at most two colours, and each colour on at most two shapes.",
)
def _seen(finished: Finished) -> Iterator[float]:
    for key, table in finished.scenes.items():
        if key.setting == "32" and key.split in SEEN:
            found = pd.DataFrame(_combinations(table), columns=["shape", "color"])
            yield max(0, *(int(found[name].value_counts().max()) - 2 for name in found))


@_of_scenes(
    "new shapes and colours",
    "Shapes and colours beyond the first 16 are in the splits named after them only.",
)
def _new(finished: Finished) -> Iterator[float]:
    for key, table in finished.scenes.items():
        are_new = {name: name in key.split.split("_") for name in ("shape", "color")}
        wrong = [(values(table, name) >= FAMILIAR) != is_new for name, is_new in are_new.items()]
        yield int(np.any(wrong, axis=(0, 2)).sum())


INVARIANTS = (_counts, _balance, _labels, _kinds, _quarters, _apart, _inside, _display, _unseen, _seen, _new)

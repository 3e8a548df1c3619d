"""Invariants of counterfactual sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np
import pandas as pd

from vitatlas.invariants.invariant import invariant
from vitatlas.relations.invariants.finished import AUTHORS, Finished
from vitatlas.relations.invariants.scenes import answer, values

_of_sets = partial(invariant, source=f"{AUTHORS}, section 4", tables=("counterfactuals",))


def _part(table: pd.DataFrame, role: str) -> pd.DataFrame:
    """The base or source scenes of a counterfactual set, with the columns of a table of scenes."""
    names = {name: name.removeprefix(f"{role}_") for name in table.columns if name.startswith(f"{role}_")}
    return table[list(names)].rename(columns=names).reset_index(drop=True)


@_of_sets("counterfactual counts", "Every counterfactual set has as many examples as the configuration says.")
def _counts(finished: Finished) -> Iterable[float]:
    sizes = finished.expected.counterfactuals
    return (abs(len(table) - sizes[key.split]) for key, table in finished.counterfactuals.items())


@invariant(
    "bases of their split",
    "Every base image is the scene of its own split that it is said to be.",
    source=f"{AUTHORS}, section 4",
    tables=("counterfactuals", "scenes"),
)
def _bases(finished: Finished) -> Iterator[float]:
    for key, table in finished.counterfactuals.items():
        if key.bases in finished.scenes:
            base, scenes = _part(table, "base"), finished.scenes[key.bases]
            there = scenes.iloc[table["row"].clip(upper=len(scenes) - 1)].reset_index(drop=True)
            differs = (base != there[list(base.columns)]).any(axis=1)
            yield int((differs.to_numpy() | (table["row"] >= len(scenes)).to_numpy()).sum())


@_of_sets("turned answers", "The target of every intervention is the answer that is wrong before it.")
def _turned(finished: Finished) -> Iterable[float]:
    tables = finished.counterfactuals.values()
    return (int((table["target"] != 1 - table["base_label"]).sum()) for table in tables)


@_of_sets(
    "targets", "The target of every intervention follows from the objects' shapes and colours after the exchange."
)
def _targets(finished: Finished) -> Iterator[float]:
    for key, table in finished.counterfactuals.items():
        edited, every = _part(table, "base"), np.arange(len(table))
        taken = values(_part(table, "source"), key.property)[every, table["given"]]
        after = values(edited, key.property).copy()
        after[every, table["edited"]] = taken
        names = [f"{key.property}_{number}" for number in range(after.shape[1])]
        edited = edited.assign(**dict(zip(names, after.T, strict=True)))
        yield int((answer(edited) != table["target"].to_numpy()).sum())


INVARIANTS = (_counts, _bases, _turned, _targets)

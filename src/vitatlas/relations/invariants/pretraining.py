"""The invariant of what the workflow's own pretraining showed."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from vitatlas.invariants.invariant import invariant
from vitatlas.relations.invariants.finished import AUTHORS, Finished
from vitatlas.relations.scenes.pairs import combinations

TRAINED = frozenset(map(tuple, combinations("32")[0].tolist()))


@invariant(
    "pretraining",
    "Of the tasks' shapes and colours, pretraining showed the 32 combinations that all settings train on, or nothing.",
    source=f"{AUTHORS}, appendix A: unseen means unseen",
    tables=("pretraining",),
)
def _unseen(finished: Finished) -> Iterator[float]:
    for table in finished.shown.values():
        own = table[(table["shape"] >= 0) | (table["color"] >= 0)]
        seen = pd.Series([*zip(own["shape"], own["color"], strict=True)], index=own.index).isin(TRAINED)
        yield int(own.loc[~seen, "objects"].sum())


INVARIANTS = (_unseen,)

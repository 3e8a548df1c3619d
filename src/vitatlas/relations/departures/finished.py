"""The measurements of one fine-tuning run under the corrected protocol, and how a departure from it is written down.

A comparison is two rows: departure (the switch), protocol (corrected, reference), quantity (in words that go on an
axis), value (a share in [0, 1]), n (how many examples it is a share of).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from vitatlas.errors import UserError
from vitatlas.relations.vocabulary import CHECKPOINT

SPLIT = "test_iid"
WORDS = {"shape": "shape", "color": "colour"}
Row = dict[str, Any]


class Share(NamedTuple):
    """A share of n examples."""

    value: float
    n: int


def compared(departure: str, quantity: str, corrected: Share, reference: Share) -> list[Row]:
    """The two rows of a comparison."""
    shares = {"corrected": corrected, "reference": reference}
    return [
        {"departure": departure, "protocol": protocol, "quantity": quantity, **share._asdict()}
        for protocol, share in shares.items()
    ]


def read(path: Path, run: Mapping[str, Any]) -> pd.DataFrame:
    """The rows of one fine-tuning run in a table.

    Args:
        path: The Parquet file.
        run: The model, task, setting and run.

    Raises:
        UserError: It is of other runs only, or no table of runs at all.
    """
    table = pd.read_parquet(path)
    lacking = [name for name in run if name not in table]
    found = {} if lacking else {tuple(row) for row in table[list(run)].drop_duplicates().itertuples(index=False)}
    if tuple(run.values()) not in found:
        wanted = ", ".join(f"{name} {value}" for name, value in run.items())
        raise UserError(f"no table of {wanted}: it holds {sorted(found) or 'no runs'}", where=path)
    return table[(table[list(run)] == list(run.values())).all(axis=1)]


class Successes:
    """The success of interventions in one run, and its answers without any, on the split `SPLIT`.

    Args:
        rows: Of a table of interventions; only those with source tokens of the source object are looked at.
        where: What to name in errors.
    """

    def __init__(self, rows: pd.DataFrame, where: str | Path):
        self.rows = rows[(rows["control"] == "none") & (rows["split"] == SPLIT)]
        self.where = where

    def by_layer(self, property: str) -> dict[int, Share]:
        """Share of answers that are the target, over both directions.

        Raises:
            UserError: The property has no rows.
        """
        rows = self.rows[self.rows["property"] == property]
        if rows.empty:
            problem = f"no intervention on {property} was measured on the split '{SPLIT}'"
            raise UserError(problem, where=self.where, remedy="delete this table and make it again")
        return {
            layer: _share(rows[rows["layer"] == layer], "accuracy") for layer in sorted(map(int, set(rows["layer"])))
        }

    def best(self, property: str) -> tuple[int, Share]:
        """The layer with the highest share, the lowest of equal ones, and that share."""
        found = self.by_layer(property)
        layer = max(found, key=lambda layer: found[layer].value)
        return layer, found[layer]

    def near_best(self, property: str, around: int | None) -> list[int]:
        """The layers at most `around` blocks from the best one; all of them for None."""
        best, _ = self.best(property)
        return [layer for layer in self.by_layer(property) if around is None or abs(layer - best) <= around]

    def errors(self) -> Share:
        """Share of answers that are the target although nothing was exchanged: wrong answers."""
        # The same in every layer
        return _share(self.rows.groupby(["property", "direction", "pair"]).first(), "base_error")


def accuracy(metrics: pd.DataFrame, split: str, where: str | Path) -> Share:
    """Accuracy of the weights that analyses read.

    Args:
        metrics: The table of a fine-tuning run.
        split: On which scenes.
        where: What to name in errors.

    Raises:
        UserError: It was not measured on this split.
    """
    chosen = (metrics["metric"] == "accuracy") & (metrics["checkpoint"] == CHECKPOINT) & (metrics["split"] == split)
    if chosen.sum() != 1:
        raise UserError(f"{chosen.sum()} accuracies on the split '{split}', expected one", where=where)
    row = metrics[chosen].iloc[0]
    return Share(float(row["value"]), int(row["n"]))


def _share(rows: pd.DataFrame, column: str) -> Share:
    n = int(rows["n"].sum())
    return Share(float((rows[column] * rows["n"]).sum() / n), n)

"""The parts that tables of accuracy share: the rows that they read, and how a mean is written."""

from __future__ import annotations

import math

import pandas as pd

from vitatlas.relations.artifacts import SEEN, ArtifactSpec, PanelSpec
from vitatlas.relations.chance import LEAST, is_chance
from vitatlas.relations.rows import rows_of


def accuracies_of(table: pd.DataFrame, panel: PanelSpec, spec: ArtifactSpec) -> pd.DataFrame:
    """The panel's rows of accuracy, with the weights that the table is of (option `checkpoint`).

    Raises:
        UserError: The panel has no rows at all.
    """
    rows = rows_of(table, panel)
    return rows[(rows["metric"] == "accuracy") & (rows["checkpoint"] == spec.typed_options.checkpoint)]


CHANCE_MARK = "†"
CHANCE_NOTE = (
    f"{CHANCE_MARK}: at chance, below {100 * LEAST:.0f} % on the combinations that it was trained on; its other "
    "numbers say nothing."
)


def at_chance(rows: pd.DataFrame, spec: ArtifactSpec) -> bool:
    """Whether these rows of accuracy are those of a model at chance, by the mean over runs on seen combinations; False
    where the table does not have it."""
    seen = rows.loc[rows["split"] == spec.measured(SEEN), "value"]
    return len(seen) > 0 and is_chance(seen.mean())


def chance_notes(values: pd.DataFrame) -> list[str]:
    """The meaning of the mark of a model at chance, where a table has one in its column `at_chance`."""
    return [CHANCE_NOTE] if values["at_chance"].any() else []


def marked(name: str, cells: pd.DataFrame) -> str:
    """The name of a row of the table, marked where its model is at chance."""
    return f"{name} {CHANCE_MARK}" if cells["at_chance"].any() else name


def with_deviation(mean: str, deviation: float) -> str:
    """Mean ± standard deviation; the mean alone where there is one run."""
    return mean if math.isnan(deviation) else f"{mean} ± {deviation:.1f}"

"""From the tables of interventions to numbers per layer: what figures of them share.

A table of interventions has one row per model, task, setting, run, layer, property, split and more keys, with
`accuracy`, the share of `n` examples that give the target label; `base_error`, the share that gives it without any
intervention; and `warning`, a text where the number is not to be trusted. Figures show the split `test_iid`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from vitatlas.errors import UserError
from vitatlas.relations.artifacts import PanelSpec
from vitatlas.relations.chance import chance_rows
from vitatlas.relations.das.reduce import SPLIT, joined, together
from vitatlas.relations.figures.note import SHARED, without_shared_spread
from vitatlas.relations.rows import rows_of

PROPERTIES = ("shape", "color")
DIRECTIONS = ("different-to-same", "same-to-different")
CHANCE = 0.5
PLACE = ["panel", "model", "task", "setting", "part"]
NUMBERS = ["layer", "value", "sd", "runs", SHARED, "warning"]


def measured(table: pd.DataFrame, panel: PanelSpec, column: str, analysis: str) -> pd.DataFrame:
    """The panel's rows of one analysis, of the split shown, where `table` holds the rows of several.

    Args:
        table: Analysis tables under one another.
        panel: Which model, task and setting.
        column: A column that this analysis alone has.
        analysis: Its name, for messages.

    Raises:
        UserError: There are none.
    """
    rows = rows_of(table, panel)
    rows = rows[rows[column].notna() & (rows["split"] == SPLIT)] if column in rows else rows.iloc[:0]
    if rows.empty:
        raise _lacking(panel, f"no row of {analysis} on split '{SPLIT}'")
    return rows.astype({"layer": int, "run": int})


def background(table: pd.DataFrame, panel: PanelSpec) -> pd.DataFrame:
    """How global each layer is: the mean over its heads, then over runs, of the cells of the attention heat-map.

    Returns:
        Columns part ("background"), layer, value.

    Raises:
        UserError: The attention of this panel's model was not measured, or not in every layer.
    """
    rows = rows_of(table, panel)
    if "quantity" in rows:
        rows = rows[(rows["quantity"] == "global") & (rows["pairs"] == "all")]
    if rows.empty or "quantity" not in rows:
        raise _lacking(panel, "no row of attention, which colours the layers")
    layers = rows.astype({"layer": int, "run": int}).groupby(["run", "layer"])["value"].mean().reset_index()
    wanted = range(layers["layer"].max() + 1)
    require(layers, {"layer": wanted}, panel, "attention")
    numbers: pd.DataFrame = layers.groupby("layer")["value"].mean().reset_index()
    return numbers.assign(part="background")


def measured_layers(rows: pd.DataFrame, layers: pd.DataFrame, panel: PanelSpec) -> list[int]:
    """The layers that `rows` are of: all of the `background`'s, or those that the configuration chose.

    Raises:
        UserError: There is one that the background does not have.
    """
    found = sorted(set(rows["layer"]))
    if not set(found) <= set(layers["layer"]):
        raise _lacking(panel, f"interventions in layer {found[-1]}, attention in {len(layers)} layers")
    return found


def require(rows: pd.DataFrame, wanted: Mapping[str, Sequence[Any]], panel: PanelSpec, analysis: str) -> None:
    """Make sure that every combination of the values of `wanted` (by column) is there.

    Raises:
        UserError: Some are missing; names the first.
    """
    every = pd.MultiIndex.from_product(list(wanted.values()), names=list(wanted))
    missing = every[~every.isin(pd.MultiIndex.from_frame(rows[list(wanted)].drop_duplicates()))]
    if len(missing):
        first = ", ".join(f"{name} {value}" for name, value in zip(wanted, missing[0], strict=True))
        raise _lacking(panel, f"{len(missing)} of {len(every)} values of {analysis} missing, the first: {first}")


def over_runs(cells: pd.DataFrame, keys: list[str], name: str = "accuracy") -> pd.DataFrame:
    """Mean, standard deviation (missing for one run) and number of the runs that have a number, and all warnings.

    Returns:
        Columns of `keys`, value, sd, runs, warning.
    """
    groups = cells.groupby(keys)
    numbers = groups[name].agg(value="mean", sd="std", runs="count")
    return numbers.assign(warning=groups["warning"].agg(joined)).reset_index()


def tidy(
    parts: list[pd.DataFrame], keys: list[str], index: int, panel: PanelSpec, below: int, more: Sequence[str] = ()
) -> pd.DataFrame:
    """The parts of a panel under one another, with its place in front: columns PLACE, `keys`, NUMBERS, `more`.

    Args:
        parts: With columns among those; the first layers' colours.
        keys: What tells the numbers of a part apart.
        index, panel: The panel and its place.
        below: The weights of layers below it are the same in all runs: the spread over runs is left out there.
        more: Further columns.
    """
    frame = pd.concat(parts, ignore_index=True)
    frame = frame.assign(panel=index, model=panel.model, task=panel.task, setting=panel.setting)
    frame = frame.reindex(columns=[*PLACE, *keys, *NUMBERS, *more]).astype({"layer": "Int64"})
    return without_shared_spread(frame, below)


def at_chance(
    table: pd.DataFrame, keys: list[str], index: int, panel: PanelSpec, split: str, more: Sequence[str] = ()
) -> pd.DataFrame | None:
    """The values of a panel whose model is at chance: the layers' colours and its accuracy; None if it is not.

    Args:
        split: On which its accuracy tells.
    """
    row = chance_rows(table, panel, split)
    return None if row.empty else tidy([background(table, panel), row], keys, index, panel, 0, more)


def base_error(rows: pd.DataFrame) -> pd.DataFrame:
    """The share of examples that give the target label without any intervention, per property, over runs.

    Args:
        rows: As `measured` gives them.
    """
    per_run = together(rows, ["run", "property"])
    numbers = over_runs(per_run.assign(warning=None), ["property"], "base_error")
    return numbers.drop(columns="sd").assign(part="base error")


def chance() -> pd.DataFrame:
    """The success of guessing."""
    return pd.DataFrame([{"part": "chance", "value": CHANCE}])


def _lacking(panel: PanelSpec, problem: str) -> UserError:
    return UserError(
        f"{problem} (model '{panel.model}', task '{panel.task}', setting '{panel.setting}')",
        remedy="delete the analysis tables of this figure and make them again",
    )

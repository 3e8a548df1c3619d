"""Accuracy with auxiliary losses (tables 1, 7 and 8): one row per task and variant, one column per split."""

from __future__ import annotations

import math

import pandas as pd

from vitatlas.errors import UserError
from vitatlas.relations.artifacts import TASK_TITLES, ArtifactSpec, Column, PanelSpec
from vitatlas.relations.tables.accuracies import accuracies_of, at_chance, chance_notes, marked, with_deviation


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers of the table, one per row.

    Args:
        table: Rows of the analysis of auxiliary losses: model, task, setting, auxiliary, run, checkpoint, split,
            metric, value, n.

    Returns:
        Columns row, model, title, task, setting, auxiliary, column, split, accuracy, sd, change, change_sd, runs, n,
        at_chance: mean and standard deviation over runs of the accuracy in per cent, and of its difference from the
        same run without losses (missing there); images per run; whether the variant is at chance on seen combinations.
        A variant that the tier does not train has no rows.

    Raises:
        UserError: A trained variant, or the one without losses, lacks a number.
    """
    options = spec.typed_options
    cells = []
    for index, panel in enumerate(spec.panels):
        chosen = accuracies_of(table, panel, spec)
        for column in options.columns:
            for place, (variant, numbers) in enumerate(_by_variant(chosen, column, panel, spec).items()):
                first = place == 0
                cells.append(
                    {
                        **{"row": index, "model": panel.model, "title": panel.title, "task": panel.task},
                        **{"setting": panel.setting, "auxiliary": variant, "column": column.title},
                        **{"split": spec.measured(column.split), "accuracy": numbers["value"].mean()},
                        **{"sd": numbers["value"].std(), "change": None if first else numbers["change"].mean()},
                        **{"change_sd": None if first else numbers["change"].std()},
                        **{"runs": len(numbers), "n": int(numbers["n"].min())},
                        **{"at_chance": at_chance(chosen[chosen["auxiliary"] == variant], spec)},
                    }
                )
    return pd.DataFrame(cells).astype({"change": float, "change_sd": float})


def _by_variant(rows: pd.DataFrame, column: Column, panel: PanelSpec, spec: ArtifactSpec) -> dict[str, pd.DataFrame]:
    """Of each trained variant: value, change and n by run, in per cent; the first is what changes are against."""
    split = spec.measured(column.split)
    names = [row.variant for row in spec.typed_options.variants]
    trained = [name for name in names if name == names[0] or (rows["auxiliary"] == name).any()]
    found: dict[str, pd.DataFrame] = {}
    for name in trained:
        numbers = rows[(rows["auxiliary"] == name) & (rows["split"] == split)].set_index("run")[["value", "n"]]
        numbers["value"] *= 100
        base = found[names[0]] if found else numbers
        if numbers.empty or set(numbers.index) != set(base.index):
            raise UserError(
                f"accuracies of '{panel.model}' with '{name}' on split '{split}' (task '{panel.task}', setting "
                f"'{panel.setting}', checkpoint '{spec.typed_options.checkpoint}') are not there for all runs",
                remedy="delete the analysis table of this model and make it again",
            )
        found[name] = numbers.assign(change=numbers["value"] - base["value"])
    return found


def layout(values: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The table as readers see it, all cells text; without variants that the tier does not train."""
    options = spec.typed_options
    rows = []
    for index, panel in enumerate(spec.panels):
        names = {"Model": panel.title} | ({"Task": TASK_TITLES[panel.task]} if panel.task else {})
        for row in options.variants:
            cells = values[(values["row"] == index) & (values["auxiliary"] == row.variant)].set_index("column")
            if not cells.empty:
                numbers = {column.title: _number(cells.loc[column.title]) for column in options.columns}
                rows.append(names | {"Auxiliary loss": marked(row.title, cells)} | numbers)
    return pd.DataFrame(rows)


def notes(values: pd.DataFrame, spec: ArtifactSpec) -> list[str]:
    """The sentences below the table."""
    return [*spec.remarks, *chance_notes(values)]


def _number(cell: pd.Series) -> str:
    """Mean ± standard deviation (change ± its standard deviation); without deviations where there is one run."""
    text = with_deviation(f"{cell['accuracy']:.1f}", cell["sd"])
    if math.isnan(cell["change"]):
        return text
    return f"{text} ({with_deviation(f'{cell.change:+.1f}', cell['change_sd'])})"

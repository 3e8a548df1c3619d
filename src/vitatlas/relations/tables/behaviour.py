"""Accuracy after fine-tuning (tables 2 to 6): one row per model, task and setting, one column per split."""

from __future__ import annotations

import pandas as pd

from vitatlas.errors import UserError
from vitatlas.relations.artifacts import TASK_TITLES, ArtifactSpec, PanelSpec
from vitatlas.relations.tables.accuracies import accuracies_of, at_chance, chance_notes, marked, with_deviation

MISSING = "–"


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers of the table, one per row.

    Args:
        table: Rows of the analysis of behaviour: model, task, setting, run, checkpoint, split, metric, value, n.

    Returns:
        Columns row, model, title, task, setting, column, split, accuracy, sd, runs, n, at_chance: mean and standard
        deviation over runs of the accuracy in per cent, images per run, and whether the model is at chance on seen
        combinations.

    Raises:
        UserError: A row or a column has no number.
    """
    options = spec.typed_options
    cells = []
    for index, panel in enumerate(spec.panels):
        chosen = accuracies_of(table, panel, spec)
        for column in options.columns:
            if column.only not in (None, panel.setting):
                continue
            split = spec.measured(column.split)
            cell = chosen[chosen["split"] == split]
            if cell.empty:
                raise UserError(
                    f"no accuracy of '{panel.model}' on split '{split}' "
                    f"(task '{panel.task}', setting '{panel.setting}', checkpoint '{options.checkpoint}')",
                    remedy="delete the analysis table of this model and make it again",
                )
            percent = 100 * cell["value"]
            cells.append(
                {
                    "row": index,
                    "model": panel.model,
                    "title": panel.title,
                    "task": panel.task,
                    "setting": panel.setting,
                    "column": column.title,
                    "split": split,
                    "accuracy": percent.mean(),
                    "sd": percent.std(),
                    "runs": len(cell),
                    "n": int(cell["n"].min()),
                    "at_chance": at_chance(chosen, spec),
                }
            )
    return pd.DataFrame(cells)


def layout(values: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The table as readers see it, all cells text."""
    options = spec.typed_options
    several = {name: len({getattr(panel, name) for panel in spec.panels}) > 1 for name in ("task", "setting")}
    rows = []
    for index, panel in enumerate(spec.panels):
        cells = values[values["row"] == index].set_index("column")
        numbers = {
            column.title: _number(cells.loc[column.title]) if column.title in cells.index else MISSING
            for column in options.columns
        }
        names = _names(panel, several) | {"Model": marked(panel.title, cells)}
        rows.append(names | numbers | dict.fromkeys(options.pending, MISSING))
    return pd.DataFrame(rows)


def notes(values: pd.DataFrame, spec: ArtifactSpec) -> list[str]:
    """The sentences below the table."""
    options = spec.typed_options
    empty = {
        column.title: f"only with {column.only} training combinations are there others to test"
        for column in options.columns
        if column.only and any(panel.setting != column.only for panel in spec.panels)
    }
    lacking = [f"{title} ({MISSING}): {why}." for title, why in (empty | options.pending).items()]
    return [*spec.remarks, *lacking, *chance_notes(values)]


def _names(panel: PanelSpec, several: dict[str, bool]) -> dict[str, str]:
    names = {"Model": panel.title, "Pretraining images": panel.pretraining_scale}
    if several["task"] and panel.task:
        names["Task"] = TASK_TITLES[panel.task]
    if several["setting"] and panel.setting:
        names["Combinations"] = panel.setting
    return names


def _number(cell: pd.Series) -> str:
    return with_deviation(f"{cell['accuracy']:.1f}", cell["sd"])

"""The points of the figure of disentanglement: each model's place along x, its accuracies, and their correlation."""

from __future__ import annotations

import math

import pandas as pd

from vitatlas.errors import UserError
from vitatlas.relations.artifacts import SEEN, ArtifactSpec, PanelSpec
from vitatlas.relations.chance import chance_rows
from vitatlas.relations.das.reduce import NOT_SEARCHED, together
from vitatlas.relations.figures import das_rows
from vitatlas.relations.figures.das import ANALYSIS
from vitatlas.relations.figures.das_rows import PROPERTIES
from vitatlas.relations.rows import rows_of
from vitatlas.relations.vocabulary import CHECKPOINT
from vitatlas.statistics.correlation import correlation

PLACE = ["part", "model", "task", "setting", "split", "models", "layers"]
NUMBERS = ["x", "x_sd", "y", "y_sd", "runs", "r", "low", "high", "n"]
SPLITS = (SEEN, "test", "ood_shape_color")
LEAST_POINTS = 4  # of a correlation: fewer lie on a line by chance
POINT, CORRELATION, NO_SEARCH = "point", "correlation", "not searched"


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analyses of interventions and of behaviour.

    Returns:
        Columns part, model, task, setting, split, models, layers, x, x_sd, y, y_sd, runs, r, low, high, n. Part
        `point`: one model and split, means and standard deviations (missing for one run) over runs of what each run's
        model reaches in the best of the `layers` searched. Part `correlation`: Pearson's r over the points of a task
        and split, and its 95 % interval by Fisher's z (both missing below `LEAST_POINTS`), and n points, for `models`
        "all" and "pretrained", that is without those trained from scratch. Part `at chance`, with the accuracy on seen
        combinations as y, or `not searched`: a model that has no points.

    Raises:
        UserError: A model lacks rows of either analysis, the two were made of different runs, or a subspace's success
            is no number.
    """
    found = pd.concat([_points(table, panel, spec) for panel in spec.panels], ignore_index=True)
    found = found.reindex(columns=[*PLACE, *NUMBERS])  # where no model has points, also of columns that points have
    scratch = {panel.model for panel in spec.panels if not panel.pretrained}
    rows = []
    for (task, split), group in found[found["part"] == POINT].groupby(["task", "split"], sort=False):
        chosen = {"all": group, "pretrained": group[~group["model"].isin(scratch)]}
        for models, these in chosen.items():
            if models == "all" or len(these) < len(group):
                enough = len(these) >= LEAST_POINTS
                r, low, high = correlation(these["x"], these["y"]) if enough else (math.nan,) * 3
                numbers = {"r": r, "low": low, "high": high, "n": len(these)}
                rows.append({"task": task, "split": split, "models": models, **numbers})
    both = pd.concat([found, pd.DataFrame(rows).assign(part=CORRELATION)], ignore_index=True)
    return both.reindex(columns=[*PLACE, *NUMBERS])


def _points(table: pd.DataFrame, panel: PanelSpec, spec: ArtifactSpec) -> pd.DataFrame:
    """x and y of one model on one task, per split (as it is called, not as `spec.measured`), or why it has none."""
    place = {"model": panel.model, "task": panel.task, "setting": panel.setting}
    low = chance_rows(table, panel, spec.measured(SEEN))
    if not low.empty:
        return low.rename(columns={"value": "y"}).assign(**place)
    searched = _searched(table, panel)
    if searched.empty:
        return pd.DataFrame([{"part": NO_SEARCH, **place}])
    x = _success(searched, panel)
    layers = sorted(set(searched["layer"]))
    words = f"layer {layers[0]}" if len(layers) == 1 else "best layer"
    rows = rows_of(table, panel)
    rows = rows[(rows["metric"] == "accuracy") & (rows["checkpoint"] == CHECKPOINT)].astype({"run": int})
    splits = [spec.measured(split) for split in SPLITS]
    das_rows.require(rows, {"run": list(x.index), "split": splits}, panel, "behaviour")
    points = []
    for split, measured in zip(SPLITS, splits, strict=True):
        y = rows[rows["split"] == measured].set_index("run")["value"].loc[x.index]
        numbers = {"x": x.mean(), "x_sd": x.std(), "y": y.mean(), "y_sd": y.std(), "runs": len(x)}
        points.append({"part": POINT, **place, "split": split, "layers": words, **numbers})
    return pd.DataFrame(points)


def _searched(table: pd.DataFrame, panel: PanelSpec) -> pd.DataFrame:
    """The rows of interventions in subspaces that were searched for."""
    rows = das_rows.measured(table, panel, "control", ANALYSIS)
    return rows[(rows["control"] == "none") & (rows["warning"] != NOT_SEARCHED)]


def _success(rows: pd.DataFrame, panel: PanelSpec) -> pd.Series:
    """By run, the mean over shape and colour of the success in the layer where it is highest."""
    wanted = {"run": sorted(set(rows["run"])), "layer": sorted(set(rows["layer"])), "property": PROPERTIES}
    das_rows.require(rows, {**wanted, "direction": das_rows.DIRECTIONS}, panel, ANALYSIS)
    cells = together(rows, list(wanted))
    if cells["accuracy"].isna().any():
        raise UserError(
            f"the success of an intervention in '{panel.model}' on '{panel.task}' is no number",
            remedy="look at the column `warning` of its table of interventions",
        )
    return cells.groupby(["run", "property"])["accuracy"].max().groupby("run").mean()

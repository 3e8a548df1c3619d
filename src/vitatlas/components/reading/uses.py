"""Readings of what components are used for: retrieval, heat-maps, segmentation, removal of a cue, ablation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vitatlas.components.ablation.starts import FIRST, LAST
from vitatlas.components.rows import KNOWN_ABOVE

CELL = ["model", "run"]
OWN, OTHER = "own", "other"
"""Near by the components of the feature that is asked for, or by those of the others."""

CHANCE = "chance"
"""In the place of a control: what guessing reaches."""

DECOMPOSITION, GRADCAM, ABOVE_GRADCAM = "decomposition", "gradcam", "decomposition above gradcam"
"""Methods of segmentation; in the place of one, by how much the first exceeds the second."""

EARLY, LATE = 0.25, 4
"""The share of layers that count as the earliest, and the number of those that count as the last."""


def by_text(table: pd.DataFrame) -> pd.DataFrame:
    """Precision by thirds of the columns, with the error over texts; of the first column, and of guessing; and the
    share of columns that reach half of the first one's gain."""
    thirds = table[table["quantity"] == "third"].assign(quantity="precision").rename(columns={"place": "third"})
    first = table[(table["quantity"] == "column") & (table["column"] == 0)]
    first = first.assign(quantity="precision", third="first column")
    guessing = first.assign(value=first["chance"], error=0.0, control=CHANCE)
    can = table[table["quantity"] == "can"].assign(quantity="columns that can", error=np.nan)
    found = pd.concat([thirds, first, guessing, can], ignore_index=True)
    return _where_read(found, table).assign(analysis="by_text")


def by_picture(table: pd.DataFrame) -> pd.DataFrame:
    """How often near pictures share a feature, with the error over probes: near by the feature's own components, by
    those of other features (their mean), by the whole representation, or by random components."""
    rows = table[table["quantity"] == "precision"]
    own = rows["by"] == rows["feature"]
    others = rows[~own & ~rows["by"].isin(["whole", "random"])]
    means = others.groupby([*CELL, "quantity", "feature"], sort=False)[["value", "error"]].mean().reset_index()
    kept = rows[own | rows["by"].isin(["whole", "random"])]
    kept = kept.assign(method=kept["by"].where(kept["by"] != kept["feature"], OWN))
    found = pd.concat([kept, means.assign(method=OTHER)], ignore_index=True)
    return _where_read(found, table).assign(analysis="by_picture")


def heatmaps(table: pd.DataFrame) -> pd.DataFrame:
    """Average precision of maps against masks, with the error over pictures, by feature and control."""
    rows = table[table["quantity"] == "average_precision"]
    rows = rows[[*CELL, "quantity", "feature", "control", "value", "error"]]
    return _where_read(rows, table).assign(analysis="heatmaps")


def segmentation(table: pd.DataFrame) -> pd.DataFrame:
    """The fit of segmentations by method, with the error over pictures; by how much the decomposition exceeds Grad-CAM;
    and the accuracy of the encoder on these pictures."""
    rows = table[~table["quantity"].isin(["undefined", "chance"])]
    rows = rows[[*CELL, "quantity", "method", "value", "error"]]
    return pd.concat([rows, _above_gradcam(rows)], ignore_index=True).assign(analysis="segmentation")


def _above_gradcam(rows: pd.DataFrame) -> pd.DataFrame:
    """Differences between the two methods, with the errors of both as if they had seen different pictures."""
    of = {name: rows[rows["method"] == name].drop(columns="method") for name in (DECOMPOSITION, GRADCAM)}
    pairs = of[DECOMPOSITION].merge(of[GRADCAM], on=[*CELL, "quantity"], suffixes=("", "_other"))
    found = pairs[[*CELL, "quantity"]].assign(method=ABOVE_GRADCAM, value=pairs["value"] - pairs["value_other"])
    return found.assign(error=np.hypot(pairs["error"], pairs["error_other"]))


def removal(table: pd.DataFrame) -> pd.DataFrame:
    """Accuracy of the worst group, and of groups on average, before and after: means over heads (and draws), with the
    error over heads and over the pictures of a group."""
    rows = table[table["reported"] & table["group"].isin(["worst", "average"])]
    grouped = rows.groupby([*CELL, "group", "moment", "control"], sort=False)
    found = grouped.agg(
        value=("value", "mean"), spread=("value", "sem"), n=("n", "min"), heads=("head", "nunique")
    ).reset_index()
    pictures = found["value"] * (1 - found["value"]) / found["n"]
    found["error"] = np.sqrt(found["spread"].fillna(0) ** 2 + pictures)
    found = found.rename(columns={"group": "quantity"}).drop(columns=["spread", "n", "heads"])
    before = found[found["moment"] == "before"]
    controls = [name for name in found["control"].unique() if name != "none"]
    repeated = [before.assign(control=name) for name in controls]
    return pd.concat([found[found["control"] != "none"], *repeated], ignore_index=True).assign(analysis="removal")


def ablation(table: pd.DataFrame) -> pd.DataFrame:
    """The share of layers that are ablated, from the last on, when accuracy has fallen to halfway between what it was
    and chance, with no error of its own; accuracy before anything is ablated, a share of pictures; and what is lost
    with some of the layers, see `_losses`."""
    rows = table[table["start"] == LAST].sort_values("layers")
    found = []
    for (model, run), curve in rows.groupby(CELL, sort=False):
        shared = {"model": model, "run": run, "analysis": "ablation"}
        full, chance = curve["value"].iloc[0], curve["chance"].iloc[0]
        below = curve.loc[curve["value"] <= (full + chance) / 2, "layers"]
        share = below.iloc[0] / curve["layers"].max() if len(below) else 1.0
        solved = full >= chance + KNOWN_ABOVE
        found.append(shared | {"quantity": "half", "value": share if solved else np.nan, "error": 0.0})
        found.append(shared | {"quantity": "accuracy", "value": full, "images": curve["n"].iloc[0]})
    return pd.concat([pd.DataFrame(found), _losses(table)], ignore_index=True)


def _losses(table: pd.DataFrame) -> pd.DataFrame:
    """The accuracy that is lost with the earliest layers, with the last ones, and with all, with the error over
    pictures as if they were others each time."""
    found = []
    for (model, run), rows in table.groupby(CELL, sort=False):
        first, last = (rows[rows["start"] == start] for start in (FIRST, LAST))
        layers = rows["layers"].max()
        lost = {"early": _lost(first, EARLY * layers), "late": _lost(last, LATE), "all": _lost(last, layers)}
        shared = {"model": model, "run": run, "analysis": "ablation"}
        found += [shared | {"quantity": f"lost {which}", **numbers} for which, numbers in lost.items()]
    return pd.DataFrame(found)


def _lost(curve: pd.DataFrame, layers: float) -> dict[str, float]:
    """The fall of accuracy until so many layers are ablated; no number where that was not measured."""
    passed = curve[curve["layers"] <= layers].sort_values(["layers", "step"])
    if passed.empty:
        return {"value": np.nan, "error": np.nan}
    ends = passed.iloc[[0, -1]]
    errors = ends["value"] * (1 - ends["value"]) / ends["n"]
    return {"value": float(ends["value"].iloc[0] - ends["value"].iloc[1]), "error": float(np.sqrt(errors.sum()))}


def _where_read(rows: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Values of features that a probe reads in the representation; no number for others."""
    read = table[table["quantity"] == "read_by_probe"]
    above = (read["value"] - read["chance"] >= KNOWN_ABOVE).to_numpy()
    known = read[[*CELL, "feature"]].assign(known=above)
    held = rows[[*CELL, "feature"]].merge(known, on=[*CELL, "feature"], how="left")["known"].fillna(False)
    columns = [name for name in rows.columns if name not in ("chance", "n", "by", "png")]
    return rows[columns].assign(value=rows["value"].where(held.to_numpy(dtype=bool)))

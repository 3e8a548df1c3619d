"""Readings of what components are used for: retrieval, heat-maps, segmentation, removal of a cue, ablation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vitatlas.components.ablation.starts import LAST
from vitatlas.components.rows import KNOWN_ABOVE

CELL = ["model", "run"]
OWN, OTHER = "own", "other"
"""Near by the components of the feature that is asked for, or by those of the others."""

CHANCE = "chance"
"""In the place of a control: what guessing reaches."""


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
    """The fit of segmentations by method, with the error over pictures; and the accuracy of the encoder on these."""
    rows = table[~table["quantity"].isin(["undefined", "chance"])]
    return rows[[*CELL, "quantity", "method", "value", "error"]].assign(analysis="segmentation")


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
    and chance, with no error of its own; and accuracy before anything is ablated, a share of pictures."""
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
    return pd.DataFrame(found)


def _where_read(rows: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Values of features that a probe reads in the representation; no number for others."""
    read = table[table["quantity"] == "read_by_probe"]
    above = (read["value"] - read["chance"] >= KNOWN_ABOVE).to_numpy()
    known = read[[*CELL, "feature"]].assign(known=above)
    held = rows[[*CELL, "feature"]].merge(known, on=[*CELL, "feature"], how="left")["known"].fillna(False)
    columns = [name for name in rows.columns if name not in ("chance", "n", "by", "png")]
    return rows[columns].assign(value=rows["value"].where(held.to_numpy(dtype=bool)))

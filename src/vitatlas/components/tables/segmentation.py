"""Segmentation by the logit of the true class (table 5): methods of each encoder, and segmentations without one.

Maps of a logit by which an encoder does not name the object say nothing of methods: such an encoder's numbers are kept
in the CSV, and the table says why they are not shown.
"""

from __future__ import annotations

import pandas as pd

from vitatlas.components.artifacts import ArtifactSpec, PanelSpec
from vitatlas.components.rows import rows_of
from vitatlas.components.words import WORDS

METHODS = ("chefer", "gradcam", "decomposition")
FLOORS = {"everything": "all is object", "centre": "blob in the centre", "random": "random map"}
MEASURES = {
    "pixacc": "pixAcc",
    "miou": "mIoU",
    "map": "mAP",
    "iou_of_pictures": "IoU, mean over pictures",
    "miou_of_two": "mIoU of object and background",
}
LEAST = 0.5
"""Share of the pictures whose object an encoder must name."""

UNABLE = "cannot name the object"
COLUMNS = ["model", "title", "method", "quantity", "value", "error", "n", "runs", "able", "reason"]


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers of the table, one per row.

    Args:
        table: Rows of the analysis of segmentation.

    Returns:
        `COLUMNS`: means over runs of value and of its standard error over pictures; `able`: whether the encoder names
        the object in at least `LEAST` of the pictures; `reason`: why a method is not defined for the encoder.

    Raises:
        UserError: A panel has no rows.
    """
    return pd.concat([_of_panel(table, panel) for panel in spec.panels], ignore_index=True)[COLUMNS]


def _of_panel(table: pd.DataFrame, panel: PanelSpec) -> pd.DataFrame:
    grouped = rows_of(table, panel).groupby(["method", "quantity"], sort=False)
    found = grouped.agg(
        value=("value", "mean"),
        error=("error", "mean"),
        n=("n", "min"),
        runs=("run", "nunique"),
        reason=("reason", "first"),
    ).reset_index()
    accuracy = found.loc[found["quantity"] == "accuracy", "value"].iloc[0]
    return found.assign(model=panel.model, title=panel.title, able=bool(accuracy >= LEAST))


def layout(values: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The table as readers see it: a row per encoder and method, then one for each segmentation without an encoder."""
    rows = []
    for title, own in values.groupby("title", sort=False):
        accuracy = own[own["quantity"] == "accuracy"].iloc[0]
        named = {"Model": f"{title!s} (names {100 * accuracy['value']:.0f} %)"}
        for method in METHODS:
            rows.append(named | {"Method": WORDS.get(method, method)} | _cells(own[own["method"] == method]))
    first = values[values["model"] == values["model"].iloc[0]].assign(able=True)
    for floor, words in FLOORS.items():
        rows.append({"Model": "none", "Method": words} | _cells(first[first["method"] == floor]))
    return pd.DataFrame(rows)


def _cells(rows: pd.DataFrame) -> dict[str, str]:
    """The cells of one method."""
    if "undefined" in set(rows["quantity"]):
        return _instead("not defined")
    if not rows["able"].all():
        return _instead(UNABLE)
    values, errors = (dict(zip(rows["quantity"], rows[key], strict=True)) for key in ("value", "error"))
    return {title: f"{values[name]:.3f} ± {errors[name]:.3f}" for name, title in MEASURES.items()}


def _instead(words: str) -> dict[str, str]:
    """The cells of a method without numbers."""
    first, *others = MEASURES.values()
    return {first: words, **dict.fromkeys(others, "–")}


def notes(values: pd.DataFrame, spec: ArtifactSpec) -> list[str]:
    """The sentences below the table."""
    count, guess = int(values["n"].max()), values.loc[values["quantity"] == "chance", "value"].iloc[0]
    first = values["title"].iloc[0]
    found = [
        *spec.remarks,
        f"± is the standard error over the {count} pictures (bootstrap). In brackets: the share of these pictures "
        f"whose object the encoder names; guessing names {100 * guess:.0f} %.",
        f"Segmentations without an encoder are of the pictures as {first} sees them.",
    ]
    unable = list(dict.fromkeys(values.loc[~values["able"].astype(bool), "title"]))
    if unable:
        found.append(
            f"{', '.join(unable)}: below {100 * LEAST:.0f} %, so that a map of the true class's logit shows nothing of "
            "the object; the numbers are in the CSV."
        )
    for (method, reason), rows in values[values["quantity"] == "undefined"].groupby(["method", "reason"], sort=False):
        titles = ", ".join(dict.fromkeys(rows["title"]))
        found.append(f"{WORDS.get(str(method), str(method))} is not defined for {titles}: {reason}.")
    return found

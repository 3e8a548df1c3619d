"""Accuracy on pictures without their object, and without all else, behind black boxes (tables 2 and 3)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from vitatlas.artifacts.panels import rows_where
from vitatlas.features.answered import main_part, over_runs
from vitatlas.features.artifacts import ArtifactSpec, PanelSpec
from vitatlas.features.figures.networks import about, distinct
from vitatlas.features.reliance.conditions import FULL

MASK, FILL = "boxes", "black"
"""The paper's way of masking."""

MEASURES = ("top1", "top5", "normalised_top1", "normalised_top5")
SHOWN = (FULL, "foreground", "background")
KINDS = {False: "Transformer", True: "CNN"}
CONTROL = "Control"
COLUMNS = ["model", "title", "convolutional", "untrained", "part", "shown", "measure"]
COLUMNS += ["value", "low", "high", "chance", "n", "runs"]


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers of the table, one per row.

    Args:
        table: Rows of the analysis of masked pictures.

    Returns:
        `COLUMNS`, means over runs with 95 % intervals over pictures: shares, and normalised ones in per cent.

    Raises:
        UserError: A network has no rows.
    """
    part = main_part(table["part"])
    return pd.concat([_of_panel(table, panel, part) for panel in distinct(spec.panels)], ignore_index=True)[COLUMNS]


def _of_panel(table: pd.DataFrame, panel: PanelSpec, part: str) -> pd.DataFrame:
    rows = rows_where(table, {"model": panel.model, "part": part})
    as_in_paper = (rows["mask"] == MASK) & (rows["fill"] == FILL) | (rows["shown"] == FULL)
    rows = rows[as_in_paper & rows["measure"].isin(MEASURES)]
    return over_runs(rows, ["shown", "measure"]).assign(part=part, **about(panel))


def layout(values: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The table as readers see it: a row per network."""
    rows = []
    for title, own in values.groupby("title", sort=False):
        first, cells = own.iloc[0], own.set_index(["measure", "shown"])
        kind = CONTROL if first["untrained"] else KINDS[bool(first["convolutional"])]
        row = {"Model": str(title), "Kind": kind}
        show = _normalised if spec.typed_options.show == "normalised" else _all
        rows.append(row | show(cells, untrained=bool(first["untrained"])))
    return pd.DataFrame(rows)


def _normalised(cells: pd.DataFrame, *, untrained: bool) -> dict[str, str]:
    """Table 2: top-5 of full pictures, and normalised top-5 of masked ones."""
    found = {"Top-5, full": _number(cells.loc[("top5", FULL)], 100)}
    for shown in ("foreground", "background"):
        number = "–" if untrained else _number(cells.loc[("normalised_top5", shown)], 1)
        found[f"Normalised top-5, {shown}"] = number
    return found


def _all(cells: pd.DataFrame, *, untrained: bool) -> dict[str, str]:
    """Table 3: full, foreground and background in one cell."""
    found, value = {}, cells["value"].to_dict()
    for measure, words in (("top1", "Top-1"), ("top5", "Top-5")):
        shares = [f"{100 * value[measure, shown]:.1f}" for shown in SHOWN]
        found[f"{words}: {' / '.join(SHOWN)}"] = " / ".join(shares)
    for shown in ("foreground", "background"):
        number = "–" if untrained else _number(cells.loc[("normalised_top1", shown)], 1)
        found[f"Normalised top-1, {shown}"] = number
    return found


def _number(cell: Any, scale: float) -> str:
    """In per cent with the interval."""
    value, low, high = (scale * float(cell[name]) for name in ("value", "low", "high"))
    return f"{value:.2f} ({low:.1f}–{high:.1f})"


def notes(values: pd.DataFrame, spec: ArtifactSpec) -> list[str]:
    """The sentences below the table."""
    chance = values[values["shown"] == FULL].groupby("measure")["chance"].first()
    found = [
        *spec.remarks,
        f"{int(values['n'].min())} pictures of the set '{values['part'].iloc[0]}'; in brackets 95 % intervals over "
        "pictures (bootstrap).",
        f"Guessing: top-1 {100 * chance['top1']:.2f}, top-5 {100 * chance['top5']:.2f} %.",
    ]
    if values["untrained"].any():
        found.append("The control has random weights, and no accuracy that others could be a share of (–).")
    return found

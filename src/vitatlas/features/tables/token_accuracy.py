"""Accuracy of the head on tokens of the last layer (table 1)."""

from __future__ import annotations

import pandas as pd

from vitatlas.artifacts.panels import rows_where
from vitatlas.features.answered import over_runs
from vitatlas.features.artifacts import ArtifactSpec, PanelSpec
from vitatlas.features.figures.networks import distinct
from vitatlas.features.last_layer.names import ALL, AVERAGE, ISOLATING, MAXIMUM, NATURAL, ON_ALL, ON_PATCHES

TITLES = {
    NATURAL: "Natural accuracy",
    ISOLATING: "Isolating CLS",
    AVERAGE: "Patch average",
    MAXIMUM: "Patch maximum",
    ON_PATCHES: "Head on the mean of patches (ours)",
    ON_ALL: "Head on the mean of all tokens (ours)",
}
"""By quantity, in order. Those of the paper have its names."""

MEASURES = {"top1": "Top-1", "top5": "Top-5"}
COLUMNS = ["model", "title", "quantity", "measure", "layer", "value", "low", "high", "chance", "n", "runs"]


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers of the table, one per row.

    Args:
        table: Rows of the analysis of the last layer.

    Returns:
        `COLUMNS`, means over runs with 95 % intervals over pictures: isolated until the last block (l = L - 1), the
        others behind all L blocks.

    Raises:
        UserError: A network has no number of the paper's.
    """
    return pd.concat([_of_panel(table, panel) for panel in distinct(spec.panels)], ignore_index=True)[COLUMNS]


def _of_panel(table: pd.DataFrame, panel: PanelSpec) -> pd.DataFrame:
    own = rows_where(table, {"model": panel.model, "among": ALL})
    depth = int(own["layer"].max())
    parts = [rows_where(own, {"quantity": NATURAL})]
    for quantity in (ISOLATING, AVERAGE, MAXIMUM):
        parts.append(rows_where(own, {"quantity": quantity, "layer": depth - (quantity == ISOLATING)}))
    parts.append(own[own["quantity"].isin([ON_PATCHES, ON_ALL])])
    rows = pd.concat(parts)
    found = over_runs(rows, ["quantity", "measure", "layer"])
    return found.assign(model=panel.model, title=panel.title)


def layout(values: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The table as readers see it: a row per quantity, in per cent with the interval."""
    several = values["model"].nunique() > 1
    rows = []
    for title, own in values.groupby("title", sort=False):
        named = {"Model": str(title)} if several else {}
        for quantity, words in TITLES.items():
            cells = own[own["quantity"] == quantity].set_index("measure")
            if not cells.empty:
                numbers = {name: _number(cells, measure) for measure, name in MEASURES.items()}
                rows.append(named | {"Read from": words} | numbers)
    return pd.DataFrame(rows)


def _number(cells: pd.DataFrame, measure: str) -> str:
    """In per cent with the interval; a dash for what few classes make trivial."""
    if measure not in cells.index:
        return "–"
    cell = cells.loc[measure]
    return f"{100 * cell['value']:.2f} ({100 * cell['low']:.1f}–{100 * cell['high']:.1f})"


def notes(values: pd.DataFrame, spec: ArtifactSpec) -> list[str]:
    """The sentences below the table."""
    natural = values[values["quantity"] == NATURAL]
    chance = natural.groupby("measure", sort=False)["chance"].first()
    guess = ", ".join(f"{MEASURES[str(name)].lower()} {100 * share:.2f}" for name, share in chance.items())
    return [
        *spec.remarks,
        f"In per cent of {int(natural['n'].min())} pictures; in brackets the 95 % interval (Wilson), which takes the "
        "patches of a picture for one trial.",
        f"Always the commonest classes: {guess}.",
        "The best patch is chosen on the same pictures, and so a little too high.",
    ]

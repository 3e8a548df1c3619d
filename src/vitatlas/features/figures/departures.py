"""Effects of ways to visualise that differ from ours (not in the paper): a row per way, a column per measure.

Above the lower line, one thing is done as in the authors' code; below it, several at once, what the text says taken
literally, and no augmentation. Dashed: our way.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.quality_rows import MEASURES, axis_of, dot, down, measured

COLUMNS = ["model", "title", "way", "departure", "protocol", "quantity", *MEASURES]
QUANTITIES = ["activation", "high_frequency", "agreement"]
CORRECTED, REFERENCE = "corrected", "reference"
SWITCHES = {
    "objective": "objective divided by copies once more",
    "colour_shift": "colour shift (x − μ) / σ",
    "noise": "one noise number per channel",
    "jitter": "one shift for all copies",
}
"""Sets of which each does one thing as the authors' code does, by the switch."""

OTHERS = {
    "reference": "all four, the authors' code",
    "noise_as_written": "noise of full strength per pixel",
    "paper": "the text taken literally",
    "unaugmented": "no augmentation",
}
WAYS = {CORRECTED: "ours", **SWITCHES, **OTHERS}
ROW, AROUND = 0.24, 1.1  # inches


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn: `COLUMNS`, means over layers and runs.

    A way that turns one switch is there twice, under `corrected` and under `reference`, as what its `departure` changes
    is read; of other ways there is no `departure`.

    Args:
        table: Rows of the analysis `quality_departures`; its sets are named as `WAYS` are.

    Raises:
        UserError: It has none of the model.
    """
    panel = spec.panels[0]
    found = measured(table, panel.model, QUANTITIES, ["set"])
    found = found[found["set"].isin(WAYS)].rename(columns={"set": "way"})
    ours = found[found["way"] == CORRECTED]
    parts = [ours.assign(protocol=CORRECTED)]
    for way in WAYS:
        theirs = found[found["way"] == way]
        if way == CORRECTED or theirs.empty:
            continue
        departure = way if way in SWITCHES else None
        parts.append(theirs.assign(protocol=REFERENCE, departure=departure))
        if departure:
            parts.append(ours.assign(protocol=CORRECTED, departure=departure))
    table = pd.concat([part.dropna(axis=1, how="all") for part in parts], ignore_index=True)
    return table.assign(model=panel.model, title=panel.title).reindex(columns=COLUMNS)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    shown = values.drop_duplicates(["way", "quantity"])
    ways = [way for way in WAYS if way in set(shown["way"])]
    figure = new_figure(COLUMN, AROUND + ROW * len(ways), spec.tier_note)
    grid = figure.subplots(1, len(QUANTITIES), sharey=True)
    for index, (axes, quantity) in enumerate(zip(grid, QUANTITIES, strict=True)):
        rows = shown[shown["quantity"] == quantity].set_index("way")
        axes.axvline(rows.loc[CORRECTED, "value"], color="blue-hue", lw=0.8, ls="--", zorder=0)
        for place, way in enumerate(ways):
            if way in rows.index:
                dot(axes, rows.loc[way], place, color="blue-hue" if way == CORRECTED else "orange-hue")
        axis_of(axes, quantity)
        for between in _lines(ways):
            axes.axhline(between, color="grey-80", lw=0.6)
        panel_title(axes, "", index)
    down(grid[0], [WAYS[way] for way in ways])
    return figure


def _lines(ways: list[str]) -> list[float]:
    """Heights between our way, single switches and the rest."""
    kinds = [0 if way == CORRECTED else 1 if way in SWITCHES else 2 for way in ways]
    return [place + 0.5 for place in range(len(ways) - 1) if kinds[place] != kinds[place + 1]]

"""Examples of the photorealistic set (figure 9): different above, same below; beside them, what models see of them."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure, SubFigure

from vitatlas.artifacts.pixels import pixels, show
from vitatlas.artifacts.style import letter, new_figure
from vitatlas.errors import UserError
from vitatlas.relations.artifacts import ArtifactSpec
from vitatlas.relations.figures.stimuli import LABEL, LABELS, image_side

PHOTOGRAPHS = True  # more colors than the palette of a small PNG has
TITLES = {"large": "rendered large", "png": "as models see them"}


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The images drawn.

    Args:
        table: Examples: scene, label, first, second, png, large.

    Returns:
        Columns shown ("large" or "png"), scene, label, first, second, png; the first `per_label` examples of either
        label. Large ones only where they differ.

    Raises:
        UserError: There are too few examples.
    """
    wanted = spec.typed_options.per_label
    chosen = table.groupby("label", sort=True).head(wanted)
    if len(chosen) < wanted * len(LABELS):
        raise UserError(
            f"{spec.artifact} needs {wanted} examples per label; the table has too few",
            where="config: key 'relations.photoreal.examples'",
            remedy=f"set relations.photoreal.examples to {wanted} or more, relations.photoreal.images to twice that",
        )
    alike = list(chosen["large"]) == list(chosen["png"])
    parts = [chosen.assign(shown=shown, png=chosen[shown]) for shown in TITLES if not (alike and shown == "large")]
    return pd.concat(parts, ignore_index=True)[["shown", "scene", "label", "first", "second", "png"]]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned."""
    kinds = [shown for shown in TITLES if shown in set(values["shown"])]
    across = int(values.groupby(["shown", "label"]).size().max())
    side = spec.panels[0].geometry.canvas
    note = f"{spec.tier.title()} tier: models see images of {side} × {side} pixels." if spec.tier_note else None
    inches = image_side(across * len(kinds))
    figure = new_figure(inches * across * len(kinds) + LABEL, inches * len(LABELS) + 0.6, note)
    blocks = figure.subfigures(1, len(kinds), squeeze=False, wspace=0.05)[0]
    for index, (block, shown) in enumerate(zip(blocks, kinds, strict=True)):
        rows = values[values["shown"] == shown]
        _block(block, rows, across)
        if len(kinds) > 1:
            side = len(pixels(rows["png"].iloc[0]))
            block.suptitle(f"({letter(index)}) {TITLES[shown]}, {side} × {side} pixels", fontsize=8)
    return figure


def _block(block: SubFigure, rows: pd.DataFrame, across: int) -> None:
    grid = block.subplots(len(LABELS), across, squeeze=False, gridspec_kw={"wspace": 0.03, "hspace": 0.03})
    for row, (label, name) in enumerate(LABELS.items()):
        for axes, picture in zip(grid[row], rows.loc[rows["label"] == label, "png"], strict=True):
            show(axes, picture)
        grid[row, 0].set_ylabel(name)

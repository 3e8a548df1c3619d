"""Example images of the tasks (figures 1 and 8): one block per task, different above, same below."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle

from vitatlas.artifacts.pixels import show
from vitatlas.artifacts.style import COLUMN, letter, new_figure
from vitatlas.errors import UserError
from vitatlas.relations.artifacts import TASK_TITLES, ArtifactSpec, PanelSpec
from vitatlas.relations.config.models import Geometry

LABELS = {0: "different", 1: "same"}
IMAGE, LABEL = 1.05, 0.4  # inches: of an image, or fewer; of what stands beside them


def image_side(across: int) -> float:
    """The side of each of so many images beside one another, in inches."""
    return min(IMAGE, (COLUMN - LABEL) / across)


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The images drawn.

    Args:
        table: Example images: task, setting, split, scene, label, kind, png.

    Returns:
        Columns panel, task, setting, split, scene, label, kind, png; per panel the first `per_label` images of either
        label.

    Raises:
        UserError: There are too few images.
    """
    wanted = spec.typed_options.per_label
    parts = []
    for index, panel in enumerate(spec.panels):
        rows = table[(table["task"] == panel.task) & (table["setting"] == panel.setting)]
        chosen = rows.groupby("label", sort=True).head(wanted)
        if len(chosen) < wanted * len(LABELS):
            raise UserError(
                f"{spec.artifact} needs {wanted} images per label of task '{panel.task}', setting '{panel.setting}'; "
                f"the table has too few",
                where="config: key 'relations.stimuli.samples'",
                remedy=f"set relations.stimuli.samples to {wanted} or more",
            )
        parts.append(chosen.assign(panel=index))
    columns = ["panel", "task", "setting", "split", "scene", "label", "kind", "png"]
    return pd.concat(parts, ignore_index=True)[columns]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned."""
    across = int(values.groupby(["panel", "label"]).size().max())
    note = image_note(spec)
    side = image_side(across * len(spec.panels))
    height = side * len(LABELS) + (0.4 if note else 0.25)
    figure = new_figure(side * across * len(spec.panels) + LABEL, height, note)
    blocks = figure.subfigures(1, len(spec.panels), squeeze=False, wspace=0.05)
    for index, (block, panel) in enumerate(zip(blocks[0], spec.panels, strict=True)):
        _block(block, values[values["panel"] == index], panel, index)
    return figure


def _block(block: SubFigure, rows: pd.DataFrame, panel: PanelSpec, index: int) -> None:
    title = TASK_TITLES[panel.task] if panel.task else ""
    across = int(rows.groupby("label").size().max())
    grid = block.subplots(len(LABELS), across, squeeze=False, gridspec_kw={"wspace": 0.03, "hspace": 0.03})
    for row, (label, name) in enumerate(LABELS.items()):
        for axes, picture in zip(grid[row], rows.loc[rows["label"] == label, "png"], strict=True):
            show(axes, picture)
            if panel.task == "rmts":
                _frame_display_pair(axes, panel.geometry)
        grid[row, 0].set_ylabel(name)
    block.suptitle(f"({letter(index)}) {title}", fontsize=8)


def _frame_display_pair(axes: Axes, geometry: Geometry) -> None:
    frame = (-0.5, -0.5), 2 * geometry.object, geometry.object
    axes.add_patch(Rectangle(*frame, fill=False, edgecolor="0.4", linewidth=0.7, linestyle=(0, (3, 2))))


def image_note(spec: ArtifactSpec) -> str | None:
    """The note on a tier's images."""
    side = spec.panels[0].geometry.canvas
    return f"{spec.tier.title()} tier: miniature images of {side} × {side} pixels." if spec.tier_note else None

"""Attention of objects' tokens in photorealistic images (figure 10): the panels of the family `attention`, and how much
of the two stages is left, in two scores beside those of the flat images that the models were fine-tuned on."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from vitatlas.errors import UserError
from vitatlas.relations.artifacts import ArtifactSpec
from vitatlas.relations.attention.scores import stage_scores
from vitatlas.relations.figures import attention
from vitatlas.relations.rows import rows_of

IMAGES = ("photoreal", "flat")
STAGES = ("perceptual", "relational")


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analysis of attention: those of photorealistic images have that in a column `images`, those
            of flat images have nothing there.

    Returns:
        As the family `attention` has it, of photorealistic images; and rows of part "score", whose quantity is the
        stage and whose `pairs` are the images that it is of: mean and standard deviation over runs.

    Raises:
        UserError: A panel has no rows of one kind of image.
    """
    table = table.assign(images=table["images"].fillna("flat"))
    drawn = [attention.values(table[table["images"] == "photoreal"], spec)]
    for index, panel in enumerate(spec.panels):
        rows = rows_of(table, panel)
        for images in IMAGES:
            of_kind = rows[rows["images"] == images]
            if of_kind.empty:
                raise UserError(f"the tables have no attention of '{panel.model}' in {images} images")
            scores = stage_scores(of_kind).melt(["run"], STAGES, "quantity", "value")
            means = attention.over_runs(scores, ["quantity"]).assign(part="score", pairs=images, panel=index)
            drawn.append(means.assign(model=panel.model, task=panel.task, setting=panel.setting))
    return pd.concat(drawn, ignore_index=True)[attention.COLUMNS].astype({"layer": "Int64", "head": "Int64"})


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    scores = values[values["part"] == "score"]
    figure = attention.draw(values[values["part"] != "score"], spec)
    for index, axes in enumerate(figure.axes[: len(spec.panels)]):
        of_panel = scores[scores["panel"] == index].set_index(["quantity", "pairs"])["value"]
        lines = [f"{stage} {of_panel[stage, 'photoreal']:.2f} (flat {of_panel[stage, 'flat']:.2f})" for stage in STAGES]
        axes.set_xlabel("\n".join(lines), fontsize=6.5)
    return figure

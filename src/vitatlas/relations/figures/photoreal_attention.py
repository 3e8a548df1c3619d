"""Attention of objects' tokens in photorealistic images (figure 10): the panels of the family `attention`, and how much
of the two stages is left, in two scores beside those of the flat images that the models were fine-tuned on."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from vitatlas.artifacts.style import fitted
from vitatlas.errors import UserError
from vitatlas.relations.artifacts import ArtifactSpec
from vitatlas.relations.attention.scores import stage_scores
from vitatlas.relations.chance import accuracies, is_chance
from vitatlas.relations.figures import attention
from vitatlas.relations.figures.attention_columns import COLUMNS, WHOLE, attention_rows, over_runs

PHOTOREAL = "photoreal"
IMAGES = (PHOTOREAL, "flat")
STAGES = ("perceptual", "relational")
ACCURACY = "accuracy"


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analyses of attention (those of photorealistic images have that in a column `images`, those
            of flat images have nothing there) and of behaviour, on both kinds of image.

    Returns:
        As the family `attention` has it, of photorealistic images; rows of part "score", whose quantity is the stage
        and whose `pairs` are the images that it is of, mean and standard deviation over runs; and of part "accuracy",
        that on photorealistic images.

    Raises:
        UserError: A panel has no rows of one kind of image.
    """
    table = table.assign(images=table["images"].fillna("flat"))
    drawn = [attention.values(table[(table["images"] == PHOTOREAL) | table["pairs"].isna()], spec)]
    for index, panel in enumerate(spec.panels):
        rows = attention_rows(table, panel)
        found = accuracies(table, panel, PHOTOREAL)
        parts = [pd.DataFrame({"part": [ACCURACY], "value": [found.mean()], "sd": [found.std()], "runs": [len(found)]})]
        for images in IMAGES:
            of_kind = rows[rows["images"] == images]
            if of_kind.empty:
                raise UserError(f"the tables have no attention of '{panel.model}' in {images} images")
            scores = stage_scores(of_kind).melt(["run"], STAGES, "quantity", "value")
            parts.append(over_runs(scores, ["quantity"]).assign(part="score", pairs=images))
        place: dict[str, Any] = {"panel": index, "model": panel.model, "task": panel.task, "setting": panel.setting}
        drawn.append(pd.concat(parts, ignore_index=True).assign(**place))
    return pd.concat(drawn, ignore_index=True).reindex(columns=COLUMNS).astype(WHOLE)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    figure = attention.draw(values[~values["part"].isin(["score", ACCURACY])], spec)
    for index, axes in enumerate(figure.axes[: len(spec.panels)]):
        of_panel = values[values["panel"] == index]
        scores = of_panel[of_panel["part"] == "score"].set_index(["quantity", "pairs"])["value"]
        lines = [f"{stage} {scores[stage, PHOTOREAL]:.2f} (flat {scores[stage, 'flat']:.2f})" for stage in STAGES]
        axes.set_xlabel("\n".join(lines), fontsize=fitted(7))
        axes.set_title(f"{axes.get_title()}\nphotorealistic images,\n{_answers(of_panel)}")
    return figure


def _answers(of_panel: pd.DataFrame) -> str:
    """How well the model of a panel answers on these images."""
    accuracy = of_panel.loc[of_panel["part"] == ACCURACY, "value"].iloc[0]
    return f"{'at chance there' if is_chance(accuracy) else 'accuracy there'}: {accuracy:.2f}"

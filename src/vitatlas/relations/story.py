"""The tables in this paper's tutorial: of models, and of best layers."""

from __future__ import annotations

import pandas as pd

from vitatlas.artifacts.story import Story
from vitatlas.relations.artifacts import ArtifactSpec


def told(record: str) -> Story[ArtifactSpec]:
    """The story of this paper; arguments and errors as of `Story`."""
    return Story(record, ArtifactSpec)


def models(story: Story[ArtifactSpec]) -> pd.DataFrame:
    """The models that the story shows, by title."""
    panels = [panel for artifact in story.artifacts.values() for panel in artifact.panels]
    rows = {panel.title: {"pretraining images": panel.pretraining_scale} for panel in panels}
    return pd.DataFrame.from_dict(rows, orient="index")


def best_layers(values: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Of the values that a figure of interventions draws, each group's row with the greatest success."""
    rows = values[(values["part"] == "success") & values["value"].notna()]
    return rows.loc[rows.groupby(keys, sort=False)["value"].idxmax()]

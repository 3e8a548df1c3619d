"""The tables in this paper's tutorial, from the tables of its artifacts."""

from __future__ import annotations

import pandas as pd

from vitatlas.artifacts.story import Story
from vitatlas.components.artifacts import ArtifactSpec


def told(record: str) -> Story[ArtifactSpec]:
    """The story of this paper; arguments and errors as of `Story`."""
    return Story(record, ArtifactSpec)


def models(story: Story[ArtifactSpec]) -> pd.DataFrame:
    """The encoders that the story shows, by title, with what they were taught."""
    panels = [panel for artifact in story.artifacts.values() for panel in artifact.panels]
    rows = {panel.title: {"taught": panel.taught or "random weights"} for panel in panels}
    return pd.DataFrame.from_dict(rows, orient="index")

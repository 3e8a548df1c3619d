"""Pictures found by texts (Figure 3) and by pictures (Figures 4 and 7 to 12), and how often they are the right ones."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.figures import grid_by_picture, grid_by_text

LAYOUTS = {"text": grid_by_text, "picture": grid_by_picture}


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The pictures and numbers drawn; see the layout's `values`."""
    return LAYOUTS[spec.typed_options.by].values(table, spec)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    return LAYOUTS[spec.typed_options.by].draw(values, spec)

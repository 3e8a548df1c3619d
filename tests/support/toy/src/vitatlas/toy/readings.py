"""From this paper's tables to the numbers that verdicts are about."""

from __future__ import annotations

import pandas as pd

from vitatlas.verdicts.collect import Readers


def responses(table: pd.DataFrame) -> pd.DataFrame:
    """The mean response over images, per model, layer and feature; all of one run, since nothing is trained."""
    means = table.groupby(["model", "layer", "feature"])["value"].mean().reset_index()
    return means.assign(analysis="responses", run=0)


READERS: Readers = {"responses": (responses,)}
"""By kind of analysis table."""

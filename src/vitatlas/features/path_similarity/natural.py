"""Scores of natural top pictures, from the files of all scores: few rows are read, no picture. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vitatlas.errors import UserError
from vitatlas.features.path_similarity.measure import varied
from vitatlas.features.top.read import REMEDY, UnitScores

SCORE = "mean"
"""The scores that are compared, and that top pictures are chosen by."""


@dataclass(frozen=True)
class SeenLayer:
    """One layer that pictures pass.

    Attributes:
        site: The end of the name of its units' site.
        index: Its number in forward order.
        units: The units that natural pictures tell apart, by number [U].
        made: Scores of made pictures in standard deviations of natural ones [N, U].
        natural: Those of natural pictures [P, U].
    """

    site: str
    index: int
    units: np.ndarray
    made: np.ndarray
    natural: np.ndarray

    def without(self, unit: int | None) -> np.ndarray:
        """The columns that are compared, bool [U]: all but a unit's."""
        found: np.ndarray = self.units != (-1 if unit is None else unit)
        return found


def rows_of(top: pd.DataFrame, scores: UnitScores) -> pd.DataFrame:
    """Top pictures with their row among all that were scored, as column `row`.

    Args:
        top: With the columns part and picture.
        scores: Of all pictures.

    Raises:
        UserError: A picture was not scored.
    """
    places = scores.pictures[["part", "picture"]].reset_index(names="row")
    found = top.merge(places, on=["part", "picture"], how="left")
    lacking = found.loc[found["row"].isna(), "picture"]
    if len(lacking):
        raise UserError(f"the top picture '{lacking.iloc[0]}' was not scored", where=scores.where, remedy=REMEDY)
    return found.astype({"row": np.int64})


def seen_layer(
    site: str, index: int, made: np.ndarray, rows: np.ndarray, scores: UnitScores, moments: pd.DataFrame
) -> SeenLayer:
    """One layer, with what made and natural pictures do there.

    Args:
        site: The end of the name of its units' site.
        index: Its number.
        made: Scores of made pictures [N, all units].
        rows: Of natural pictures among all [P].
        scores: Of all pictures.
        moments: Of all units, by `SCORE`: site, layer, unit, mean, sd.

    Raises:
        UserError: The layer was not scored, is of another width, or a score is not finite.
    """
    natural = np.array(scores.of(site, index, SCORE)[rows])
    of = moments[(moments["site"] == site) & (moments["layer"] == index)].sort_values("unit")
    widths = (made.shape[1], natural.shape[1], len(of))
    if len(set(widths)) > 1:
        problem = f"layer {index} has {widths[0]} units, scores are of {widths[1]} and moments of {widths[2]}"
        raise UserError(problem, where=scores.where, remedy=REMEDY)
    if not np.isfinite(natural).all():
        raise UserError(f"a score of layer {index} is not finite", where=scores.where, remedy=REMEDY)
    mean, sd = of["mean"].to_numpy(dtype=float), of["sd"].to_numpy(dtype=float)
    kept = varied(sd)
    deviations = [(values[:, kept] - mean[kept]) / sd[kept] for values in (made, natural)]
    return SeenLayer(site, index, np.flatnonzero(kept), *deviations)

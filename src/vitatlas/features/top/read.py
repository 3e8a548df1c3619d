"""Reading scores of units with their tables. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from vitatlas.errors import UserError
from vitatlas.features.top.spec import BY, QUANTILES
from vitatlas.jobs.mapped import mapped, table_of

REMEDY = "delete the scores with their tables and make them again"


@dataclass(frozen=True)
class UnitScores:
    """Scores of units on pictures.

    Attributes:
        scores: float32 [pictures, units, 2], mapped from the file; the last axis as in `BY`.
        units: One row per unit: `column` in the array, `site`, `layer`, `unit`, `block`, `rows`, `columns`.
        pictures: One row per picture: `picture`, `part`, and what is known of it.
        where: The file of the scores.
    """

    scores: np.ndarray
    units: pd.DataFrame
    pictures: pd.DataFrame
    where: Path

    def part(self, name: str) -> UnitScores:
        """Those of the pictures of one part; still mapped.

        Raises:
            UserError: There is no such part.
        """
        found = np.flatnonzero(self.pictures["part"] == name)
        if len(found) == 0:
            parts = ", ".join(dict.fromkeys(self.pictures["part"]))
            raise UserError(f"there are no pictures of part '{name}'", where=self.where, remedy=f"there are: {parts}")
        rows = slice(int(found[0]), int(found[-1]) + 1)
        return replace(self, scores=self.scores[rows], pictures=self.pictures.iloc[rows].reset_index(drop=True))

    def of(self, site: str, layer: int, by: str) -> np.ndarray:
        """The scores of all units of a site and layer, [pictures, units]; still mapped.

        Args:
            site: End of the site's name.
            layer: The layer's number.
            by: One of `BY`.

        Raises:
            UserError: They were not scored.
        """
        rows = self.units[(self.units["site"] == site) & (self.units["layer"] == layer)]
        if rows.empty:
            known = self.units.groupby("site", sort=False)["layer"].unique()
            scored = "; ".join(f"{name} of layers {', '.join(map(str, layers))}" for name, layers in known.items())
            raise UserError(f"{site} of layer {layer} was not scored", where=self.where, remedy=f"scored: {scored}")
        columns = slice(int(rows["column"].iloc[0]), int(rows["column"].iloc[-1]) + 1)
        return self.scores[:, columns, BY.index(by)]


def load_scores(scores: Path, units: Path, pictures: Path) -> UnitScores:
    """Scores from the three files of the job `unit_scores`.

    Raises:
        UserError: They are not of one size, or cannot be read.
    """
    array, columns, rows = mapped(scores, "the scores", REMEDY), table_of(units, REMEDY), table_of(pictures, REMEDY)
    wanted = (len(rows), len(columns), len(BY))
    if array.shape != wanted:
        raise UserError(f"the scores have shape {array.shape}, and their tables {wanted}", where=scores, remedy=REMEDY)
    return UnitScores(array, columns, rows, scores)


def percentiles(moments: pd.DataFrame, activations: np.ndarray) -> np.ndarray:
    """Which percentage of the natural scores of each unit lies below an activation, float64 [units].

    Between two quantiles of the table by straight lines: 0 up to the least score, 100 from the greatest.

    Args:
        moments: One row per unit, of one part and one way to sum up, as `unit_scores` writes them.
        activations: One per row.
    """
    shares = np.array([0.0, *QUANTILES.values(), 1.0])
    edges = moments[["least", *QUANTILES, "greatest"]].to_numpy(np.float64)
    found = [np.interp(value, row, shares) for value, row in zip(activations, edges, strict=True)]
    return 100 * np.array(found)

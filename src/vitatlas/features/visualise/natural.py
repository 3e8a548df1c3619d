"""The scores that units have for natural pictures: the scale of their activations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from vitatlas.errors import UserError
from vitatlas.features.top.spec import QUANTILES
from vitatlas.features.visualise.chunks import Feature

REMEDY = "score these units first (job `unit_scores`)"
NUMBERS = ["mean", "sd", "least", *QUANTILES, "greatest"]


def natural_scores(path: Path, part: str | None, model: str, run: int, features: Sequence[Feature]) -> pd.DataFrame:
    """The moments of the scores of features' units, each the mean over the patches of a picture: one row per feature,
    in their order.

    Args:
        path: The table `moments` of one model and run.
        part: The pictures; None: the table has one part.
        model, run: Whose units they are.
        features: The features.

    Raises:
        UserError: Another model's table; a part that it has not, or several of which none is named; a unit that it has
            not, or with scores that are not finite.
    """
    table = pd.read_parquet(path)
    if not ((table["model"] == model) & (table["run"] == run)).all():
        raise UserError(f"the scores are not of {model}, run {run}", where=path, remedy=REMEDY)
    kept = table[(table["part"] == _part(table, part, path)) & (table["by"] == "mean")]
    wanted = pd.MultiIndex.from_tuples([(one.site, one.layer, one.unit) for one in features])
    found = kept.set_index(["site", "layer", "unit"])[NUMBERS].reindex(wanted)
    known = wanted.isin(pd.MultiIndex.from_frame(kept[["site", "layer", "unit"]]))
    for feature, there, finite in zip(features, known, np.isfinite(found.to_numpy()).all(axis=1), strict=True):
        if not there:
            raise UserError(f"there are no scores of {feature}", where=path, remedy=REMEDY)
        if not finite:
            raise UserError(f"the scores of {feature} are not finite", where=path, remedy="look at the weights")
    return found.reset_index(drop=True)


def _part(table: pd.DataFrame, part: str | None, where: Path) -> str:
    parts = [str(name) for name in dict.fromkeys(table["part"])]
    if part is None and len(parts) == 1:
        return parts[0]
    if part is None or part not in parts:
        what = "there are scores of several parts" if part is None else f"there are no scores of part '{part}'"
        raise UserError(what, where=where, remedy=f"name one of these: {', '.join(parts)}")
    return part

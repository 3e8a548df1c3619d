"""How much of an activation stays when a picture is turned or shifted. Imports no torch."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vitatlas.features.moved.spec import ROTATION, TRANSLATION

AFTER = {ROTATION: "turned", TRANSLATION: "shifted"}


def unit_ratios(units: pd.DataFrame, *, first_copy: bool) -> pd.DataFrame:
    """One row per unit and motion: the columns of `units` without scores, and motion, before, after, ratio.

    before is the score on the picture, after the mean score of the copies; what is below 0 counts as 0. ratio is
    after/before, NaN where before is 0.

    Args:
        units: With the scores `COLUMNS`.
        first_copy: Whether `before` of rotation is the score of its first copy, turned by up to one degree, as in the
            reference code.
    """
    about = units.drop(columns=["untouched", "first_turned", *AFTER.values()])
    found = []
    for motion, column in AFTER.items():
        start = "first_turned" if first_copy and motion == ROTATION else "untouched"
        before, after = (units[name].clip(lower=0) for name in (start, column))
        ratio = after / before.where(before > 0, np.nan)
        found.append(about.assign(motion=motion, before=before, after=after, ratio=ratio))
    return pd.concat(found, ignore_index=True)


def layer_ratios(ratios: pd.DataFrame) -> pd.DataFrame:
    """One row per layer and motion: site, layer, motion, before, after, ratio, error, of_means, units, n.

    before and after are means over all units, ratio the mean over the n units that are active before, with its standard
    error, of_means after/before of the means, in which units that are hardly active weigh little.

    Args:
        ratios: As `unit_ratios` gives them.
    """
    grouped = ratios.groupby(["site", "layer", "motion"], sort=True)
    table = grouped.agg(
        before=("before", "mean"),
        after=("after", "mean"),
        ratio=("ratio", "mean"),
        error=("ratio", "sem"),
        units=("unit", "size"),
        n=("ratio", "count"),
    ).reset_index()
    table["of_means"] = table["after"] / table["before"].where(table["before"] > 0, np.nan)
    return table

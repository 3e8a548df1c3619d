"""The components that a feature has more to do with than the other features have (paper, Figures 4 and 7 to 12)."""

from __future__ import annotations

import pandas as pd

from vitatlas.components.config.protocol import Switch


def gaps(scores: pd.DataFrame, rule: Switch = "corrected") -> pd.DataFrame:
    """score_{i,p} - max of score_{i,p'} over the other features p' of the table [components × features].

    `reference` takes the max for at least 0, so that a component with negative scores elsewhere gains nothing by it. A
    feature alone has its scores as gaps. Missing where any of the component's scores is.
    """
    found = {}
    for feature in scores.columns:
        others = scores.drop(columns=feature)
        most = others.max(axis=1, skipna=False) if len(others.columns) else 0.0
        if rule == "reference":
            most = others.assign(floor=0.0).max(axis=1, skipna=False)
        found[feature] = scores[feature] - most
    return pd.DataFrame(found).set_axis(scores.columns, axis=1)

"""The charts of attention in a few numbers: curves over layers, their peaks, and the two stage scores.

Reads the table that the analysis of attention writes (one row per model, task, setting, run, layer, head, quantity and
pairs, with `value`, `sem`, `n`). Imports no torch, so that figures and tables can use it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

RUN = ["model", "task", "setting", "run"]
ORDER = ("WO", "WP", "BP", "BG")


def per_layer(table: pd.DataFrame, pairs: str = "all") -> pd.DataFrame:
    """The line chart: for each run, quantity and layer the largest value over heads, and the head that reaches it.

    Returns:
        Columns model, task, setting, run, quantity, layer, head, value, sem, n; sorted by the first six.
        Ties go to the lower head.
    """
    keys = [*RUN, "quantity", "layer"]
    chosen = table[table["pairs"] == pairs].sort_values([*keys, "head"], ignore_index=True)
    best = chosen.groupby(keys, sort=False)["value"].idxmax()
    return chosen.loc[best, [*keys, "head", "value", "sem", "n"]].reset_index(drop=True)


def peaks(curves: pd.DataFrame, first_layer: int = 0) -> pd.DataFrame:
    """The stars: where each curve of `per_layer` is highest, ties to the lower layer.

    Args:
        curves: As `per_layer` returns it; also its mean over runs, without the columns that were averaged away.
        first_layer: Layers below it are passed over. 1 for DINOv2, where every curve spikes at layer 0
            (caption of figure 15); 0 for all others.
    """
    keys = [key for key in [*RUN, "quantity"] if key in curves.columns]
    late = curves[curves["layer"] >= first_layer].sort_values([*keys, "layer"], ignore_index=True)
    return late.loc[late.groupby(keys, sort=False)["value"].idxmax()].reset_index(drop=True)


def in_order(stars: pd.DataFrame, order: Sequence[str] = ORDER) -> pd.DataFrame:
    """Whether, per run, the quantities peak one after the other, each at a later layer than the one before.

    Quantities that a run lacks (BP outside relational match-to-sample) are left out of `order`.

    Returns:
        Columns of the run, `in_order` (bool) and `layers`, the peaks as text: "WO 1 < WP 3 < BG 5".
    """
    keys = [key for key in RUN if key in stars.columns]
    rows = []
    for run, group in stars.groupby(keys):
        layer = dict(zip(group["quantity"], group["layer"], strict=True))
        present = [name for name in order if name in layer]
        steps = [layer[name] for name in present]
        ordered = all(a < b for a, b in pairwise(steps))
        text = _chain(present, steps)
        rows.append({**dict(zip(keys, run, strict=True)), "in_order": ordered, "layers": text})
    return pd.DataFrame(rows, columns=[*keys, "in_order", "layers"])


def stage_scores(table: pd.DataFrame, pairs: str = "all") -> pd.DataFrame:
    """Perceptual and relational score of each run, from the heat-map's values g (quantity `global`).

    perceptual = mean of 1 - g over all heads of the layers l < L/2: how local the first half is.
    relational = mean of g over all heads of the layers l ≥ L/2: how global the second half is.
    The paper names both and defines neither; this is our reading of the caption of its figure 10.

    Returns:
        Columns model, task, setting, run, perceptual, relational.
    """
    cells = table[(table["quantity"] == "global") & (table["pairs"] == pairs)]
    rows = []
    for run, group in cells.groupby(RUN):
        early = group["layer"] < (group["layer"].max() + 1) / 2
        scores = {
            "perceptual": (1 - group.loc[early, "value"]).mean(),
            "relational": group.loc[~early, "value"].mean(),
        }
        rows.append({**dict(zip(RUN, run, strict=True)), **scores})
    return pd.DataFrame(rows, columns=[*RUN, "perceptual", "relational"])


def _chain(names: Sequence[str], layers: Sequence[int]) -> str:
    """Names with their layers, joined by the relation that holds between neighbours."""
    text = f"{names[0]} {layers[0]}" if names else ""
    for name, before, layer in zip(names[1:], layers, layers[1:], strict=False):
        sign = "<" if before < layer else "=" if before == layer else ">"
        text += f" {sign} {name} {layer}"
    return text

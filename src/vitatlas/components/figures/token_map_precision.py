"""The panel below heat-maps: average precision against masks, beside its controls."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from vitatlas.artifacts.style import SMALLEST, fitted
from vitatlas.components.artifacts import PanelSpec
from vitatlas.components.rows import held, rows_of
from vitatlas.components.words import WORDS

UNTRAINED = "untrained"
LOOKS: dict[str, tuple[str, dict[str, Any]]] = {
    "none": ("maps as above", {"marker": "o", "color": "blue-hue", "ms": 5}),
    UNTRAINED: ("an untrained encoder", {"marker": "s", "color": "orange-hue", "ms": 4}),
    "random": ("heads drawn at random", {"marker": "D", "color": "plum-hue", "mfc": "page", "ms": 4}),
    "centre": ("blob in the centre", {"marker": "^", "color": "grey-45", "mfc": "page", "ms": 4.5}),
    "share": ("share of pixels", {"marker": "_", "color": "grey-45", "ms": 8, "mew": 1.5}),
}
"""By control: what the legend says, and how it is drawn."""

WIDTH = 0.6  # of the place between two features, over which marks lie


def precision_values(table: pd.DataFrame, panel: PanelSpec) -> pd.DataFrame:
    """The average precision of a panel's maps: part, model, title, untrained, feature, held, control, value, error, n,
    runs; of the untrained encoder, of its maps alone (control `untrained`). Nothing where there are no masks.

    Value and error are means over runs; the error is the standard error over pictures.
    """
    rows = rows_of(table, panel, "average_precision")
    rows = rows[rows["control"].isin(["none"] if panel.untrained else LOOKS)]
    if rows.empty:
        return pd.DataFrame()
    grouped = rows.groupby(["feature", "control"], sort=False)
    found = grouped.agg(value=("value", "mean"), error=("error", "mean"), n=("n", "min"), runs=("run", "nunique"))
    found = found.reset_index()
    known = held(table, panel)
    about: dict[str, Any] = {
        "part": "precision",
        "model": panel.model,
        "title": panel.title,
        "untrained": panel.untrained,
    }
    found = found.assign(**about, held=[known.get(str(name), True) for name in found["feature"]])
    return found.assign(control=UNTRAINED) if panel.untrained else found


def panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the values that `precision_values` returned, of all panels."""
    own = rows[rows["control"] != UNTRAINED]
    features = list(dict.fromkeys(own["feature"]))
    is_held = own.groupby("feature")["held"].first().astype(bool)
    shown = [control for control in LOOKS if control in set(rows["control"])]
    for place, control in zip(np.linspace(-WIDTH / 2, WIDTH / 2, len(shown)), shown, strict=True):
        label, look = LOOKS[control]
        points = rows[(rows["control"] == control) & rows["feature"].map(is_held).fillna(False).astype(bool)]
        x = [features.index(name) + place for name in points["feature"]]
        axes.errorbar(x, points["value"], yerr=points["error"], ls="none", elinewidth=0.8, label=label, **look)
    names = [WORDS.get(str(name), str(name)) + ("" if is_held[name] else "\n(not held by z)") for name in features]
    axes.set_xticks(range(len(features)), labels=names)
    axes.set(xlim=(-0.5, len(features) - 0.5), ylim=(0, 1.03), yticks=[0, 0.5, 1])
    axes.set_ylabel("average precision")
    axes.grid(axis="y", color="grey-90", lw=0.5)
    axes.set_axisbelow(True)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), borderaxespad=0, fontsize=fitted(SMALLEST))

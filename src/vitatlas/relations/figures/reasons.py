"""Why a panel shows nothing, and which of its numbers are not to be trusted: one line each, in the panel."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from vitatlas.artifacts.style import fitted, wrapped
from vitatlas.relations.chance import PART

SIZE = 7  # points
LETTERS_PER_INCH = 13  # at that size
NARROW = 16  # letters of a line that is not worth making shorter


def chance_line(rows: pd.DataFrame) -> str | None:
    """That the model of these values is at chance; None where it is not."""
    low = rows.loc[rows["part"] == PART, "value"]
    return f"at chance (accuracy {low.iloc[0]:.2f}): nothing to see here" if len(low) else None


def why_empty(rows: pd.DataFrame) -> str | None:
    """Why a panel shows no number: its model is at chance, or all its numbers come with a warning; None if it does.

    Args:
        rows: The values of the panel.
    """
    warnings = rows.loc[rows["part"] == "success", "warning"]
    doubtful = len(warnings) > 0 and bool(warnings.notna().all())
    return chance_line(rows) or ("; ".join(dict.fromkeys(warnings)) if doubtful else None)


def warned_layers(rows: pd.DataFrame) -> str | None:
    """The warnings of the numbers of a panel in short, with the layers that they are about; None if there is none."""
    warned = rows[rows["warning"].notna() & rows["layer"].notna()]
    short = warned["warning"].map(lambda text: str(text).split(":")[0])
    lines = [f"{_layers(layers)}: {text}" for text, layers in warned["layer"].groupby(short, sort=False)]
    return "; ".join(lines) or None


def _layers(layers: pd.Series) -> str:
    found = sorted(set(layers.astype(int)))
    if len(found) == 1:
        return f"layer {found[0]}"
    whole = found == list(range(found[0], found[-1] + 1)) and len(found) > 2
    return f"layers {found[0]} to {found[-1]}" if whole else f"layers {', '.join(map(str, found))}"


def say(axes: Axes, text: str, width: float, x: float = 0.5) -> None:
    """Write why a panel shows nothing into its middle.

    Args:
        axes: The panel.
        text: What to write.
        width: Of the panel, in inches.
        x: The middle of the text, as a share of the panel's width.
    """
    behind = {"fc": "page", "ec": "none", "alpha": 0.85, "pad": 2}
    look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": fitted(SIZE), "transform": axes.transAxes}
    look |= {"zorder": 7, "bbox": behind}
    axes.text(x, 0.5, wrapped(text, LETTERS_PER_INCH * width), **look)


def remark(axes: Axes, text: str | None, width: float) -> None:
    """Write which numbers are not to be trusted into the upper right corner of a panel of this width, if any is."""
    if text is not None:
        look: dict[str, Any] = {
            "ha": "right",
            "va": "top",
            "fontsize": fitted(SIZE),
            "transform": axes.transAxes,
            "zorder": 7,
        }
        axes.text(0.99, 0.98, wrapped(text, max(NARROW, LETTERS_PER_INCH * width / 2)), **look)

"""The looks of networks in charts: transformers in cold colours, convolutional ones in warm ones, controls in grey."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle
from typing import Any

import pandas as pd

from vitatlas.features.artifacts import PanelSpec

DASHES, DOTS = (0, (4, 1.5)), (0, (1, 1))
TRANSFORMERS: tuple[dict[str, Any], ...] = (
    {"color": "blue-hue", "ls": "-", "marker": "o"},
    {"color": "green-hue", "ls": "-", "marker": "s"},
    {"color": "violet-hue", "ls": DASHES, "marker": "D"},
    {"color": "pine-hue", "ls": DASHES, "marker": "^"},
    {"color": "blue-hue", "ls": DOTS, "marker": "v"},
)
CONVOLUTIONAL: tuple[dict[str, Any], ...] = (
    {"color": "orange-hue", "ls": "-", "marker": "p"},
    {"color": "plum-hue", "ls": "-", "marker": "*"},
    {"color": "rust-hue", "ls": DASHES, "marker": "h"},
    {"color": "plum-hue", "ls": DOTS, "marker": ">"},
)
UNTRAINED: dict[str, Any] = {"color": "grey-45", "ls": (0, (3, 1, 1, 1)), "marker": "d"}


def distinct(panels: Iterable[PanelSpec]) -> list[PanelSpec]:
    """The panels, each network once."""
    return list({panel.model: panel for panel in panels}.values())


def about(panel: PanelSpec) -> dict[str, Any]:
    """The columns of a panel's rows."""
    return {
        "model": panel.model,
        "title": panel.title,
        "convolutional": panel.convolutional,
        "untrained": panel.untrained,
    }


def looks(values: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Colour, line and marker by title, in the order of the rows."""
    cold, warm = cycle(TRANSFORMERS), cycle(CONVOLUTIONAL)
    found = {}
    for title, rows in values.dropna(subset="convolutional").groupby("title", sort=False):
        is_control, is_convolutional = bool(rows["untrained"].iloc[0]), bool(rows["convolutional"].iloc[0])
        found[str(title)] = UNTRAINED if is_control else next(warm if is_convolutional else cold)
    return found

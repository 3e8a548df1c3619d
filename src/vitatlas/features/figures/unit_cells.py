"""The parts of pages of pictures, measured in inches: pictures in frames, marks of visualisations, and their legend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from vitatlas.artifacts.drawing import Point, canvas, words
from vitatlas.artifacts.pixels import pixels
from vitatlas.artifacts.style import COLUMN, QUIET, new_figure
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.map_image import COLORS, OPACITY, overlay
from vitatlas.features.figures.unit_pictures import ABOVE, activity

STRONG: dict[str, Any] = {"marker": "o", "color": "blue-hue"}
WEAK: dict[str, Any] = {"marker": "X", "color": "orange-hue"}
MARK = 3.6  # points
LINE = 0.14  # inches, of a line of letters
NOTE, EDGE = 0.24, 0.04
BAR = (0.5, 0.08)
GREY = 0.5


def page(height: float, spec: ArtifactSpec) -> tuple[Figure, Axes]:
    """A figure with so many inches for pictures; its axes are measured in inches from their lower left corner."""
    note = NOTE + 0.02 * height if spec.tier_note else 0  # it stands a fiftieth of the height below the upper edge
    figure = new_figure(COLUMN, height + note, spec.tier_note)
    figure.set_layout_engine("none")  # places are given
    return figure, canvas(figure, COLUMN, height, share=height / (height + note))


def picture(axes: Axes, image: np.ndarray, corner: Point, side: float, most: int | None = None) -> None:
    """An image, uint8 [height, width, 3], with its upper left corner there.

    Args:
        most: Pixels that it has at most; larger ones are made smaller.
    """
    x, y = corner
    axes.imshow(_smaller(image, most), extent=(x, x + side, y - side, y), interpolation="none", zorder=1)
    axes.add_patch(Rectangle((x, y - side), side, side, fill=False, ec="grey-60", lw=0.4, zorder=2))


def made(axes: Axes, row: Mapping[Any, Any], corner: Point, side: float, most: int | None = None) -> None:
    """A visualisation, with the mark of what it reaches in a line below it."""
    picture(axes, pixels(row["png"]), corner, side, most)
    if pd.notna(row["percentile"]):
        look = STRONG if row["percentile"] > ABOVE else WEAK
        axes.plot(corner[0] + side / 2, corner[1] - side - LINE / 2, ms=MARK, mew=0, ls="none", zorder=3, **look)


def mapped(
    axes: Axes, row: Mapping[Any, Any], places: tuple[Point, Point], side: float, spec: ArtifactSpec, most: int | None
) -> None:
    """A top picture and its map at two places, and how much the map varies in a line below it."""
    image = overlay(row["png"], activity({str(key): value for key, value in row.items()}), spec.map_scale)
    picture(axes, pixels(row["png"]), places[0], side, most)
    picture(axes, image, places[1], side, most)
    x, y = places[1]
    words(axes, (x + side / 2, y - side - LINE / 2), f"{row['variation']:.2f}", ha="center", color=QUIET)


def legend(axes: Axes, values: pd.DataFrame, maps: bool = True) -> None:
    """The meaning of marks and, where there are maps, their numbers and colours: in the lowest one or two lines."""
    known = values["percentile"].dropna()
    y = LINE * (1.5 if maps else 0.5)
    if len(known):
        strong = int((known > ABOVE).sum())
        for x, look, text in (
            (EDGE, STRONG, f"responds more than to {ABOVE} % of natural pictures ({strong} of {len(known)})"),
            (3.5, WEAK, "does not"),
        ):
            axes.plot(x + 0.05, y, ms=MARK, mew=0, ls="none", **look)
            words(axes, (x + 0.13, y), text)
    if maps:
        _bar(axes, LINE / 2)


def _bar(axes: Axes, y: float) -> None:
    """The colours of maps, as they are over a grey picture."""
    colors = matplotlib.colormaps[COLORS](np.linspace(0, 1, 64))[None, :, :3]
    shown = (255 * (OPACITY * colors + (1 - OPACITY) * GREY)).round().astype(np.uint8)
    width, height = BAR
    words(axes, (EDGE, y), "map: 0")
    left = EDGE + 0.4
    axes.imshow(shown, extent=(left, left + width, y - height / 2, y + height / 2), aspect="auto", zorder=1)
    words(axes, (left + width + 0.04, y), "upper end of the scale;  below a map its coefficient of variation")
    axes.set_aspect("equal")


def _smaller(image: np.ndarray, most: int | None) -> np.ndarray:
    if most is None or image.shape[1] <= most:
        return image
    return np.asarray(Image.fromarray(image).resize((most, most), Image.Resampling.LANCZOS))

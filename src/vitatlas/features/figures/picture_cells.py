"""Pictures side by side: axes that are measured in cells, and a picture in one or in a square of them."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vitatlas.artifacts.pixels import pixels
from vitatlas.artifacts.style import COLUMN, SMALLEST, fitted, new_figure
from vitatlas.features.artifacts import ArtifactSpec

GAP = 0.04  # around a picture, in cells
NOTE, EDGE = 0.3, 0.05  # inches


def sheet(spec: ArtifactSpec, width: float, height: float, largest: float) -> tuple[Figure, Axes]:
    """A figure with room for so many cells, and its axes, as of `empty`.

    Args:
        largest: Inches that a cell has at most.
    """
    cell = min(largest, (COLUMN - 2 * EDGE) / width)
    inches, note = cell * height + 2 * EDGE, NOTE if spec.tier_note else 0
    figure = new_figure(COLUMN, inches + note, spec.tier_note)
    figure.set_layout_engine("none")  # places are given
    share = inches / (inches + note)
    axes = figure.add_axes(
        (EDGE / COLUMN, EDGE / inches * share, 1 - 2 * EDGE / COLUMN, share * (1 - 2 * EDGE / inches))
    )
    empty(axes, width, height)
    axes.set_anchor("NW")
    return figure, axes


def empty(axes: Axes, width: float, height: float) -> None:
    """Make room for so many cells; the first one's corner is at (0, 0), upper left."""
    axes.set(xlim=(-GAP, width + GAP), ylim=(height + GAP, -GAP), aspect="equal", autoscale_on=False)
    axes.set_axis_off()


def picture(axes: Axes, png: bytes, x: float, y: float, size: float = 1) -> None:
    """A PNG with its upper left corner at (x, y), so many cells wide, in a thin frame."""
    inner = size - 2 * GAP
    extent = (x + GAP, x + GAP + inner, y + GAP + inner, y + GAP)
    axes.imshow(pixels(png), extent=extent, interpolation="none", zorder=1, aspect="equal")
    axes.add_patch(Rectangle((x + GAP, y + GAP), inner, inner, fill=False, ec="grey-60", lw=0.4, zorder=2))


def words(axes: Axes, x: float, y: float, text: str, **look: object) -> None:
    """Small text; (x, y) is its lower left corner."""
    axes.text(x, y, text, **{"va": "bottom", "ha": "left", "fontsize": fitted(SMALLEST), **look})  # type: ignore[arg-type]

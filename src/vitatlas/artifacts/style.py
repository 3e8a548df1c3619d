"""The looks of figures: one set of sizes, fonts and colors for all of them, and the styles that differ from it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitatlas.artifacts.palette import COLOR_BLIND, DARK, DEFAULT, Palette
from vitatlas.config.read import require_known

QUIET = "grey-45"  # a name of the palette

SMALLEST = 7  # points: no letters of a figure are smaller, and none is wider than a column of text, `COLUMN`
COLUMN = 5.5  # inches
LETTERS_PER_INCH = 17  # of the note above the panels

_PARAMETERS = {
    "font.family": "DejaVu Sans",  # ships with matplotlib, so that every machine draws the same letters
    "font.size": 7.5,
    "axes.titlesize": 8,
    "axes.labelsize": 7.5,
    "xtick.labelsize": SMALLEST,
    "ytick.labelsize": SMALLEST,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.4,
    "legend.frameon": False,
    "figure.facecolor": "page",
    "savefig.facecolor": "page",
    "axes.facecolor": "page",
    **dict.fromkeys(["text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"], "ink"),
    "pdf.fonttype": 42,  # letters stay letters: text in the PDF can be searched and edited
    "svg.hashsalt": "vitatlas",
}


@dataclass(frozen=True)
class Style:
    """One look of all figures.

    Attributes:
        zoom: How much larger letters, lines and marks are, against the panels.
    """

    palette: Palette = DEFAULT
    zoom: float = 1.0


STYLES = {
    "paper": Style(),
    "slide": Style(zoom=1.25),
    "dark": Style(palette=DARK),
    "colour-blind": Style(palette=COLOR_BLIND),
}

_style = STYLES["paper"]
DEFAULT.use()


def use(name: str) -> None:
    """Draw in the style of this name from now on. A figure must be saved before another style is used.

    Raises:
        UserError: There is no such style; names those that there are.
    """
    global _style
    require_known(name, STYLES, "style", "the command line")
    _style = STYLES[name]
    _style.palette.use()


def wrapped(text: str, letters: float) -> str:
    """`text` in lines of `letters` letters, and fewer where letters are larger."""
    return textwrap.fill(text, int(letters / _style.zoom))


def fitted(points: float) -> float:
    """The size of letters that have their place in a drawing, whose parts do not make room for larger ones."""
    return points / _style.zoom**1.15  # the drawing is smaller yet, because labels around it take more of the page


def new_figure(width: float, height: float, note: str | None) -> Figure:
    """An empty figure in the common style.

    Args:
        width, height: Inches, where letters have the sizes that families name.
        note: What readers must know, in small letters above the panels.
    """
    # First what matplotlib ships: settings of the user (matplotlibrc) change nothing
    matplotlib.rcdefaults()
    matplotlib.rcParams.update(_PARAMETERS | {"legend.fontsize": fitted(SMALLEST)})  # type: ignore[arg-type]
    # Larger letters are the same letters on a smaller page; less so in height, which titles and labels need more of
    size = width / _style.zoom, height / _style.zoom**0.5
    figure = Figure(figsize=size, layout="constrained")
    if note is not None:
        figure.suptitle(wrapped(note, width * LETTERS_PER_INCH), fontsize=SMALLEST, color=QUIET, style="italic")
    return figure


def letter(index: int) -> str:
    """The letter of a panel: a, b, c, …"""
    return "abcdefghijklmnopqrstuvwxyz"[index]


def panel_title(axes: Axes, text: str, index: int | None = None) -> None:
    """A panel's title, with its letter in front where there are several panels."""
    axes.set_title(text if index is None else f"({letter(index)}) {text}", loc="center")


def layer_ticks(axes: Axes, layers: int, label: bool = True, first: float = 0.0) -> None:
    """An x axis of layers, 0-indexed, every second one labelled where there are many; layer 0 stands at `first`."""
    axes.set_xlim(first - 0.5, first + layers - 0.5)
    shown = range(0, layers, 1 if layers <= 8 else 2)
    axes.set_xticks([first + layer for layer in shown], labels=[str(layer) for layer in shown])
    axes.tick_params(axis="x", rotation=0)
    if label:
        axes.set_xlabel("Layer")

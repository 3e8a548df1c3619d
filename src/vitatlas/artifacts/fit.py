"""Fitting a drawn figure into a column of text: narrower, with letters that stay readable as printed."""

from __future__ import annotations

import textwrap
import warnings

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from vitatlas.errors import UserError

LEAST = 7.0
"""Points: no letters are smaller."""

LETTER = 0.6
"""Width of a letter of the note, in sizes of its font."""

POINTS_PER_INCH = 72


def without_note(figure: Figure) -> None:
    """Take the note away that stands above the panels: it belongs into the caption then."""
    figure.suptitle("").set_in_layout(False)


def fit(figure: Figure, width: float) -> None:
    """Make a figure no wider than `width` inches, with letters of `LEAST` points or more. What is written at a panel
    and becomes wider than it is broken into lines.

    Raises:
        UserError: The panels do not fit.
    """
    _narrow(figure, width)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "constrained_layout not applied")
        try:
            figure.draw_without_rendering()
            for axes in figure.axes:
                _break_labels(axes)
            figure.draw_without_rendering()
        except UserWarning as warning:
            raise UserError(
                f"no figure of {width:g} inches has room for it: {warning}", remedy="a larger width"
            ) from None


def _narrow(figure: Figure, width: float) -> None:
    """The width, and the size of letters."""
    drawn, height = figure.get_size_inches()
    figure.set_size_inches(min(drawn, width), height)
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_tick_params(labelsize=max([LEAST, *(label.get_fontsize() for label in axis.get_ticklabels())]))
    for text in figure.findobj(Text):
        text.set_fontsize(max(LEAST, text.get_fontsize()))
    note = figure.get_suptitle()
    for text in figure.texts:
        if note and text.get_text() == note:
            letters = min(drawn, width) * POINTS_PER_INCH / (LETTER * float(text.get_fontsize()))
            text.set_text(_wrapped(" ".join(note.split()), letters))


def _break_labels(axes: Axes) -> None:
    panel = axes.get_window_extent()
    for label, room in ((axes.title, panel.width), (axes.xaxis.label, panel.width), (axes.yaxis.label, panel.height)):
        taken = label.get_window_extent()
        length = taken.height if label is axes.yaxis.label else taken.width
        if length > room > 0:
            longest = max(map(len, label.get_text().splitlines()))
            label.set_text(_wrapped(label.get_text(), longest * room / length))


def _wrapped(text: str, letters: float) -> str:
    """The text in lines of so many letters, where its words are short enough; its own lines stay apart."""
    wrapper = textwrap.TextWrapper(max(1, int(letters)), break_long_words=False, break_on_hyphens=False)
    return "\n".join(map(wrapper.fill, text.splitlines()))

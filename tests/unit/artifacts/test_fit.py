"""Figures made narrower."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

from vitatlas.artifacts.fit import LEAST, fit, without_note
from vitatlas.artifacts.style import new_figure
from vitatlas.errors import UserError

NOTE = "A note on the tier that is long enough to have several lines where a figure is as narrow as a column of text."
TITLE = "A long title of a panel that needs lines"


def drawn(width: float = 7.0, note: str | None = NOTE):
    """Two panels side by side, with small letters."""
    figure = new_figure(width, 3.0, note)
    for axes in figure.subplots(1, 2):
        axes.set_title(TITLE, fontsize=6)
        axes.set_xlabel("What is on the axis below, in words", fontsize=5)
        axes.set_ylabel("What is on the axis at the side, in words that are many", fontsize=5)
        axes.plot([0, 1], [0, 1], label="a line")
        axes.legend(fontsize=4)
        axes.text(0.5, 0.5, "here", fontsize=4.5)
    return figure


def written(figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]


@settings(max_examples=8, deadline=None)
@given(st.floats(3.0, 9.0))
def test_it_is_as_narrow_and_no_letter_is_small(width):
    figure = drawn()
    fit(figure, width)
    assert figure.get_size_inches()[0] == pytest.approx(min(width, 7.0))
    assert min(text.get_fontsize() for text in written(figure)) >= LEAST


def test_what_is_written_at_panels_stays_within_the_page_and_its_panel():
    figure = drawn()
    fit(figure, 4.0)
    page = figure.bbox
    labels = [label for axes in figure.axes for label in (axes.title, axes.xaxis.label, axes.yaxis.label)]
    for text in [*labels, *figure.texts]:
        box = text.get_window_extent()
        assert box.x0 >= page.x0 - 1 and box.x1 <= page.x1 + 1, text.get_text()
    first, second = (axes.title.get_window_extent() for axes in figure.axes)
    assert first.x1 <= second.x0 and "\n" in figure.axes[0].get_title()
    assert " ".join(figure.axes[0].get_title().split()) == TITLE
    assert " ".join(figure.get_suptitle().split()) == NOTE


def test_what_is_large_enough_stays_as_it_is():
    figure = drawn(note=None)
    for text in figure.findobj(Text):
        text.set_fontsize(9)
    fit(figure, 30.0)
    assert {text.get_fontsize() for text in written(figure) if text.get_text() == TITLE} == {9}
    assert figure.axes[0].get_title() == TITLE and figure.get_size_inches()[0] == 7.0


def test_without_its_note_the_panels_have_its_room():
    before, after = drawn(), drawn()
    without_note(after)
    for figure in (before, after):
        figure.draw_without_rendering()
    assert NOTE not in [" ".join(text.get_text().split()) for text in written(after)]
    assert after.axes[0].get_position().height > before.axes[0].get_position().height


def test_where_there_is_no_room_it_is_one_clear_error():
    with pytest.raises(UserError, match=r"no figure of 0\.5 inches has room"):
        fit(drawn(), 0.5)

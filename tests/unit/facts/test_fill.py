"""Filling documents: what stands between marks, and nothing else, is written anew."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitatlas.errors import UserError
from vitatlas.facts.fill import filled, unfilled

WHERE = Path("README.md")
BLOCKS = {"toy.table": "| a |\n|---|\n| 1 |", "toy.count": "7"}
DOCUMENT = """\
Before.

<!-- fill: toy.table -->
old
<!-- end -->

Of <!-- fill: toy.count -->6<!-- end --> claims.
"""


def test_blocks_stand_between_their_marks_in_lines_of_their_own_or_in_a_sentence():
    text = filled(DOCUMENT, BLOCKS, WHERE)
    assert "\n<!-- fill: toy.table -->\n| a |\n|---|\n| 1 |\n<!-- end -->\n" in text
    assert "Of <!-- fill: toy.count -->7<!-- end --> claims." in text
    assert text.startswith("Before.\n") and "old" not in text


BLOCK = st.text(alphabet="cd1.%±\n", min_size=1, max_size=20).map(str.strip)


@given(st.text(alphabet="ab |\n", max_size=20), BLOCK)
def test_filling_twice_is_filling_once_and_leaves_the_rest_alone(prose: str, block: str):
    text = f"{prose}<!-- fill: x.y --><!-- end -->{prose}"
    once = filled(text, {"x.y": block}, WHERE)
    assert filled(once, {"x.y": block}, WHERE) == once
    assert unfilled(once) == prose + prose


def test_a_block_that_there_is_not_is_an_error_that_names_those_that_there_are():
    with pytest.raises(UserError, match=r"'toy.cuont'") as error:
        filled("<!-- fill: toy.cuont --><!-- end -->", BLOCKS, WHERE)
    assert "toy.table, toy.count" in str(error.value) and "README.md" in str(error.value)


@pytest.mark.parametrize(
    "text", ["<!-- fill: toy.count -->6", "<!-- fill: toy.count -->6<!-- fill: toy.count -->7<!-- end -->"]
)
def test_a_mark_without_an_end_is_an_error(text: str):
    with pytest.raises(UserError, match="not closed"):
        filled(text, BLOCKS, WHERE)

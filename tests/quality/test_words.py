"""Prose holds no measured number that somebody typed: such numbers are filled in from result files, or computed."""

import json
import re

import pytest
from sources import ROOT

from vitatlas.facts.fill import unfilled

MEASURED = re.compile(r"(?<![\w.])[01]?\.\d{2,}|\d ?%|± ?\.?\d")
"""A share, a number of per cents, or a spread."""


def prose(text: str) -> str:
    """A document without filled blocks and quoted commands."""
    return re.sub(r"^```.*?^```$", "", unfilled(text), flags=re.MULTILINE | re.DOTALL)


def tutorials() -> list[str]:
    """What the tutorials say between their cells of code."""
    cells = [
        cell for path in (ROOT / "docs/tutorial").glob("*.ipynb") for cell in json.loads(path.read_text())["cells"]
    ]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def test_the_readme_holds_no_typed_number():
    text = (ROOT / "README.md").read_text()
    assert len(MEASURED.findall(text)) > 30, "the README quotes numbers"
    assert MEASURED.findall(prose(text)) == []


def test_tutorials_hold_no_typed_number():
    texts = tutorials()
    assert len(texts) > 10
    assert [found for text in texts for found in MEASURED.findall(text)] == []


@pytest.mark.parametrize("text", ["in .89 of cases", "98 % hold", "50%", "58 ± 9", "r = 0.95", "(.50 to .59)"])
def test_a_typed_number_is_found(text):
    assert MEASURED.search(prose(text))


@pytest.mark.parametrize(
    "text", ["arxiv.org/abs/2406.15955", "Python 3.11", "48 pixels", "chance is 0.5", "blocks 0–3"]
)
def test_other_numbers_are_no_measurements(text):
    assert not MEASURED.search(text)

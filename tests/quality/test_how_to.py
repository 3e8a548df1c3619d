"""The how-to pages: what they quote is there."""

import re

import pytest
from sources import ROOT

PAGE = (ROOT / "docs/how-to/add-a-paper.md").read_text()
TOY = ROOT / "tests/support/toy"
FILES = [path for path in TOY.rglob("*") if path.suffix in (".py", ".smk", ".yaml", ".ipynb")]
QUOTED = re.findall(r"^```(?:python|yaml)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("quoted", QUOTED, ids=lambda text: text.strip().splitlines()[0])
def test_what_the_page_quotes_of_the_toy_paper_stands_there(quoted):
    assert any(quoted in path.read_text() for path in FILES)


def test_every_file_of_the_toy_paper_is_on_the_page():
    table = re.findall(r"^\| (.*) \| .* \|$", PAGE, re.MULTILINE)
    named = set(re.findall(r"[\w/]+(?:\.\w+)?", " ".join(table)))
    shown = [path for path in FILES if path.name != "__init__.py" and path.parent != TOY]
    lacking = [path for path in shown if str(path.relative_to(TOY)) not in named and path.name not in named]
    assert [path for path in lacking if f"{path.parent.relative_to(TOY)}/" not in named] == []


def test_the_five_places_are_five():
    part = PAGE.partition("## Add an analysis to a paper")[2].partition("\n## ")[0]
    assert re.findall(r"^(\d)\. \*\*", part, re.MULTILINE) == list("12345")


FAILS = (ROOT / "docs/how-to/when-it-fails.md").read_text()
MESSAGES = [
    message
    for cell in re.findall(r"^\| (`.*`|….*`|`.*) \|.*\|$", FAILS.partition("## Messages")[2], re.MULTILINE)
    for message in re.findall(r"`([^`]+)`", cell.partition(" | ")[0])
]
SAYING = [*(ROOT / "src").rglob("*.py"), *(ROOT / "rules").rglob("*.smk")]
PROGRAMS = " ".join(path.read_text() for path in SAYING)


def test_there_are_messages_to_look_for():
    assert len(MESSAGES) >= 15


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_of_the_page_is_one_that_programs_say(message):
    parts = [part.strip(" ':") for part in re.split(r"…|SomeError|SIGTERM|draws the figure|'", message)]
    assert any(parts) and [part for part in parts if part not in PROGRAMS] == []

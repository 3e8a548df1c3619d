"""The coverage page of papers whose rows are in the spec."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.report.coverage import coverage_page
from vitatlas.report.spec import COVERAGE_TEMPLATE, CoverageSpec, PaperRows, Row

ROOT = Path(__file__).resolve().parents[3]
NASTY = "<b>bold</b> & more"
ROWS = [
    Row(name="figure_02", title=f"Heads {NASTY}", section="3", reading="the row is ours", caption_known=False),
    Row(name="figure_05", title="Later", section="4", state="pending", remark="nobody has built it"),
    Row(name="extra_more", title="Of our own", section="-", state="not in this tier", remark="made in: paper"),
    Row(name="table_01", title="Accuracies", section="A", remark="a column is empty"),
]
PAPERS = [
    PaperRows(paper="one", title="The first", reference="A, 2024", rows=ROWS),
    PaperRows(paper="two", title="The second", reference="B, 2025", rows=ROWS[:1]),
]


class Page(HTMLParser):
    """Collects the ids and links of a page, and checks that its tags are balanced."""

    def __init__(self, text: str):
        super().__init__()
        self.ids, self.links, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.open += [] if tag in ("meta", "br") else [tag]
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def made(folder: Path, template: Path = ROOT / COVERAGE_TEMPLATE, command: str = "snakemake {target}"):
    """Markdown and HTML, as the job writes them."""
    spec = CoverageSpec(tier="demo", command=command, papers=PAPERS).model_dump(mode="json")
    words = ["--input", "template", str(template), "--output", "md", str(folder / "c.md")]
    words += ["--output", "html", str(folder / "c.html"), "--spec", json.dumps(spec)]
    coverage_page(parse(CoverageSpec, words))
    return (folder / "c.md").read_text(), (folder / "c.html").read_text()


@pytest.fixture
def page(tmp_path):
    return made(tmp_path)


def test_every_artifact_of_every_paper_is_listed_in_both_formats(page):
    markdown, text = page
    shown = ["Figure 2", "Figure 5", "Extra", "Table 1", "Figure 2"]
    assert re.findall(r"^\| ((?:Figure|Table) \d+|Extra) \|", markdown, re.MULTILINE) == shown
    found = Page(text)
    assert found.ids == [
        "provenance",
        "one_figure_02",
        "one_figure_05",
        "one_extra_more",
        "one_table_01",
        "two_figure_02",
    ]
    assert found.open == []


def test_links_are_relative_to_the_tiers_folder_and_nothing_is_loaded(page):
    links = Page(page[1]).links
    assert links[:3] == [f"./figures/one/figure_02.{form}" for form in ("pdf", "png", "csv")]
    assert links[3:6] == [f"./tables/one/table_01.{form}" for form in ("csv", "md", "tex")]
    assert len(links) == 9 and links[6] == "./figures/two/figure_02.pdf"


def test_commands_name_the_paper_and_where_it_must_the_tier(page, tmp_path):
    assert "<code>snakemake one_figure_02</code>" in page[1] and "`snakemake two_figure_02`" in page[0]
    assert "one_figure_05</code>" not in page[1]
    other = made(tmp_path, command="snakemake {target} --config tier=smoke")[1]
    assert "<code>snakemake one_table_01 --config tier=smoke</code> a column is empty" in other


def test_each_paper_says_how_many_are_made(page):
    for text in page:
        assert "A, 2024" in text and "2 of 4 figures and tables are made; 1 pending, 1 not in this tier." in text
        assert "1 of 1 figures and tables are made." in text


def test_each_paper_says_how_much_is_our_reading(page):
    words = "Of 1 of the {}, some of what is shown is our reading of the paper; the paper’s captions of 1 were"
    for text in page:
        assert words.format(4) in text and words.format(1) in text
    assert PaperRows(paper="a", title="A", reference="A", rows=ROWS[1:]).readings == ""
    known = Row(name="figure_03", title="Heads", section="3", reading="the row is ours")
    assert PaperRows(paper="a", title="A", reference="A", rows=[known]).readings.endswith("our reading of the paper")


def test_remarks_and_our_readings_are_shown_and_all_of_it_is_escaped(page):
    assert "nobody has built it" in page[1] and "our reading: the row is ours" in page[1]
    assert NASTY not in page[1] and "&lt;b&gt;bold" in page[1]


def test_a_missing_template_is_named(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        made(tmp_path, template=tmp_path / "none.html")


def test_rows_are_short_on_a_command_line():
    row = Row(name="figure_02", title="Heads", section="3")
    assert row.model_dump(mode="json") == {"name": "figure_02", "title": "Heads", "section": "3"}
    for row in ROWS:
        assert Row.model_validate(row.model_dump(mode="json")) == row

"""Captions in Snakemake's report are computed from the specs of rules."""

from pathlib import Path
from types import SimpleNamespace

import jinja2
import pytest

FOLDER = Path(__file__).resolve().parents[3] / "workflow/report"
SPEC = {
    "artifact": "figure_02",
    "tier": "demo",
    "scale": "miniature",
    "title": "Heads",
    "section": "Section 3",
    "caption": "A long caption.",
    "tier_note": "Miniature models.",
    "note": "Miniature models.",
    "notes": ["One is odd."],
}


def shown(name: str, **changes: object) -> str:
    """The caption, where nothing that it names may be missing."""
    job = SimpleNamespace(params=SimpleNamespace(spec=SPEC | changes), wildcards=SimpleNamespace(paper="toy"))
    job.output = SimpleNamespace(html="results/demo/report/toy.html")
    text = (FOLDER / f"{name}.rst").read_text()
    return jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(text).render(snakemake=job)


@pytest.mark.parametrize(
    ("name", "artifact", "number"),
    [("figure", "figure_02", "Figure 2"), ("figure", "figure_12", "Figure 12"), ("table", "table_04", "Table 4")],
)
def test_an_artifact_is_named_with_title_section_caption_and_notes(name, artifact, number):
    text = shown(name, artifact=artifact)
    assert text.startswith(f"**{number}. Heads** (Section 3)")
    for part in ("A long caption.", "*Miniature models.*", "*One is odd.*"):
        assert part in text
    assert "None" not in shown(name, tier_note=None)


@pytest.mark.parametrize("name", ["figure", "table"])
def test_a_caption_says_what_is_our_reading(name):
    assert "A long caption. Our reading of the paper: its rows." in shown(name, reading="its rows")
    assert "Our reading" not in shown(name)


@pytest.mark.parametrize("name", ["compute", "coverage", "invariants", "verdicts"])
def test_a_page_of_the_tier_names_it(name):
    assert '"demo"' in shown(name)


def test_the_page_of_a_paper_says_where_it_lies():
    assert '"toy"' in shown("page") and "results/demo/report/toy.html" in shown("page")

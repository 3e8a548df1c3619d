import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import jinja2
import pytest
from artifact_specs import CONFIG, STAND_INS, ZOO, raw_spec, relations

from vitatlas.artifacts.coverage import Coverage, coverage, load_listing, rows, summary
from vitatlas.artifacts.spec import number
from vitatlas.jobs import parse

NAMES = list(relations().artifacts)


@pytest.fixture
def page(tmp_path):
    """The coverage page of the demo tier: Markdown and HTML."""
    arguments = ["--input", "registries", str(CONFIG / "artifacts/relations.yaml")]
    arguments += ["--input", "models", str(CONFIG / "models.yaml")]
    arguments += ["--output", "md", str(tmp_path / "c.md"), "--output", "html", str(tmp_path / "c.html")]
    coverage(parse(Coverage, [*arguments, "--spec", json.dumps({"tier": "demo", "stand_ins": STAND_INS})]))
    return (tmp_path / "c.md").read_text(), (tmp_path / "c.html").read_text()


class Ids(HTMLParser):
    """Collects the ids and links of a page, and checks that its tags are balanced."""

    def __init__(self):
        super().__init__()
        self.ids, self.links, self.open = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_every_artifact_is_listed_in_both_formats(page):
    markdown, text = page
    assert re.findall(r"^\| ((?:Figure|Table) \d+|Extra) \|", markdown, re.MULTILINE) == [number(n) for n in NAMES]
    parser = Ids()
    parser.feed(text)
    assert parser.ids == NAMES and parser.open == []


def test_links_are_relative_to_the_tiers_folder_and_nothing_is_loaded(page):
    parser = Ids()
    parser.feed(page[1])
    assert "./figures/relations/figure_02.pdf" in parser.links and "./tables/relations/table_02.csv" in parser.links
    assert all(link.startswith("./") for link in parser.links)


def test_states_follow_the_registry():
    registry = relations()
    figure = registry.artifacts["figure_05"]
    waiting = replace(figure, made=figure.made.model_copy(update={"pending": "nobody has built it"}))
    registry = replace(registry, artifacts=registry.artifacts | {"figure_05": waiting})
    found = {row.name: row for row in rows(registry, ZOO, "demo", STAND_INS)}
    assert found["figure_02"].state == "made" and found["figure_02"].command == "snakemake figure_02"
    assert found["figure_05"].state == "pending" and "nobody" in found["figure_05"].remark
    assert found["figure_05"].files == {} and found["figure_05"].command == ""
    assert found["table_02"].remark == "" and found["figure_09"].state == "made"
    made, count = [row for row in found.values() if row.state == "made"], len(found)
    wanted = f"{len(made)} of {count} figures and tables are made; {count - len(made)} pending"
    assert summary(list(found.values())) == wanted


def test_an_artifact_of_another_tier_says_which():
    registry = relations()
    figure = replace(registry.artifacts["figure_02"], tiers=("paper",))
    registry = replace(registry, artifacts={"figure_02": figure})
    row = rows(registry, ZOO, "demo", STAND_INS)[0]
    assert (row.state, row.remark, row.files) == ("not in this tier", "made in: paper", {})


def test_the_documentation_lists_every_artifact_with_the_papers_models():
    text = load_listing(CONFIG)
    assert re.findall(r"^\| `((?:figure_|table_|extra_)\w+)` \|", text, re.MULTILINE) == NAMES
    assert "CLIP ViT-B/32" in text and "mini" not in text


@pytest.mark.parametrize("name", ["figure_02", "table_04"])
def test_report_captions_are_computed_from_the_spec(name, root):
    text = (root / f"workflow/report/{name.split('_')[0]}.rst").read_text()
    spec = raw_spec(name)
    snakemake = {"params": {"spec": spec}}
    shown = jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(text).render(snakemake=snakemake)
    kind, digits = name.split("_")
    assert shown.startswith(f"**{kind.title()} {int(digits)}. {spec['title']}** ({spec['section']})")
    for part in (spec["caption"], spec["tier_note"], *spec["notes"]):
        assert part in shown

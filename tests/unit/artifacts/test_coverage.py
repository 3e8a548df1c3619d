"""The registry as rows, and as the documentation's list."""

from types import SimpleNamespace

import pytest
import yaml

from vitatlas.artifacts.coverage import command, listing, paper_rows, rows
from vitatlas.artifacts.registry import load_registry, withhold_absent
from vitatlas.config.strict import Strict
from vitatlas.paper.descriptor import Analysis, Paper

ZOO = SimpleNamespace(models={"small": SimpleNamespace(title="Small net")})
ENTRY = {"section": "3", "panels": [{"model": "small"}], "caption": "{panels}."}
REGISTRY = {
    "title": "A toy",
    "reference": "Nobody, 2026",
    "families": {
        "maps": {"kind": "figure", "reads": ["maps"]},
        "numbers": {"kind": "table", "reads": ["maps"]},
        "later": {"kind": "figure", "reads": ["maps"], "pending": "nobody has built it"},
    },
    "figures": {
        "figure_02": ENTRY | {"title": "Maps of {models}", "family": "maps", "inferred": "the row is ours"},
        "figure_05": ENTRY | {"title": "Later", "family": "later", "caption_known": True},
    },
    "extras": {"extra_more": ENTRY | {"title": "Of our own", "family": "maps", "tiers": ["paper"]}},
    "tables": {"table_01": ENTRY | {"title": "Numbers", "family": "numbers", "options": {"without": {"n": "no n"}}}},
}


class NumberOptions(Strict):
    """Options of the family `numbers`."""

    without: dict[str, str]


class Toy(Paper):
    """A paper with one kind of table."""

    name = "toy"
    analyses = (Analysis("maps", "{model}"),)
    options = {"numbers": NumberOptions}  # noqa: RUF012

    def lacking(self, options):
        """Those of the option `without`."""
        return options.get("without", {})


@pytest.fixture
def registry(tmp_path):
    path = tmp_path / "toy.yaml"
    path.write_text(yaml.safe_dump(REGISTRY))
    return load_registry(path, Toy())


@pytest.fixture
def demo(registry):
    """The rows of the demo tier, by name."""
    return {row.name: row for row in rows(registry, ZOO, "demo")}


def test_there_is_a_row_for_every_artifact_in_the_order_of_the_registry(registry, demo):
    assert list(demo) == list(registry.artifacts) == ["figure_02", "figure_05", "extra_more", "table_01"]
    assert [row.number for row in demo.values()] == ["Figure 2", "Figure 5", "Extra", "Table 1"]


def test_titles_are_final_and_our_reading_is_told(demo):
    assert demo["figure_02"].title == "Maps of Small net" and not demo["figure_02"].caption_known
    assert demo["figure_02"].reading == "the row is ours; the paper’s caption was not known"
    assert demo["table_01"].reading == "the paper’s caption was not known"
    assert demo["figure_05"].reading == "" and demo["figure_05"].caption_known


def test_what_is_our_own_has_no_caption_to_know(demo):
    assert demo["extra_more"].caption_known and demo["extra_more"].reading == ""


def test_what_is_not_made_says_why(demo):
    assert (demo["figure_05"].state, demo["figure_05"].remark) == ("pending", "nobody has built it")
    assert (demo["extra_more"].state, demo["extra_more"].remark) == ("not in this tier", "made in: paper")


def test_what_is_made_says_what_it_lacks(demo):
    assert (demo["figure_02"].state, demo["figure_02"].remark) == ("made", "")
    assert (demo["table_01"].state, demo["table_01"].remark) == ("made", "column n is empty: no n")


def test_a_paper_says_how_many_are_made(registry):
    found = paper_rows(registry, ZOO, "demo")
    assert (found.paper, found.title, found.reference) == ("toy", "A toy", "Nobody, 2026")
    assert found.summary == "2 of 4 figures and tables are made; 1 pending, 1 not in this tier"
    assert paper_rows(registry, ZOO, "paper").summary == "3 of 4 figures and tables are made; 1 pending"


def test_what_needs_absent_data_is_not_attempted_and_says_what_to_fetch(tmp_path):
    path = tmp_path / "toy.yaml"
    figures = REGISTRY["figures"] | {"figure_02": REGISTRY["figures"]["figure_02"] | {"data": ["birds", "fish"]}}
    path.write_text(yaml.safe_dump(REGISTRY | {"figures": figures}))
    registry = load_registry(path, Toy())
    absent = withhold_absent(registry, lambda artifact: ["fetch birds"] if "birds" in artifact.data else [])
    assert rows(withhold_absent(registry, lambda _: []), ZOO, "demo") == rows(registry, ZOO, "demo")
    row, *others = rows(absent, ZOO, "demo")
    assert (row.state, row.remark) == ("not attempted", "fetch birds")
    assert others == rows(registry, ZOO, "demo")[1:] and [a.name for a in absent.in_tier("demo")] == ["table_01"]
    assert paper_rows(absent, ZOO, "demo").summary.endswith("1 pending, 1 not attempted, 1 not in this tier")


@pytest.mark.parametrize(
    ("tier", "wanted"), [("demo", "snakemake toy_x"), ("smoke", "snakemake toy_x --config tier=smoke")]
)
def test_commands_name_the_tier_unless_it_is_the_default(tier, wanted):
    assert command(tier).format(target="toy_x") == wanted


def test_the_documentation_lists_full_targets_with_families_and_tiers(registry):
    text = listing([registry, registry], ZOO)
    assert text.count("\n## A toy\n") == 2 and "3 of 4 figures and tables are made; 1 pending." in text
    reading = "the row is ours; the paper’s caption was not known"
    assert f"| `toy_figure_02` | Maps of Small net | 3 | maps | smoke, demo, paper | {reading} |" in text
    assert "| `toy_figure_05` | Later | 3 | later | pending: nobody has built it |  |" in text

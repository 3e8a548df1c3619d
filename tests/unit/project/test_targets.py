"""What the user asks for: rules, artifacts by their full and short names, and files."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_paper import ZOO, Section, registry

from vitatlas.config.schema import config_type
from vitatlas.errors import UserError
from vitatlas.project.atlas import Atlas, load_atlas
from vitatlas.project.rooms import Room
from vitatlas.project.targets import check_targets
from vitatlas.relations.config.section import RelationsSection

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def atlas(tmp_path) -> Atlas:
    """The smoke tier with a second paper, which has figures of the same numbers."""
    house = load_atlas(ROOT, {"tier": "smoke"})
    made = registry(tmp_path)
    sections = config_type({"relations": RelationsSection, "looks": Section})
    content = house.config.model_dump(exclude={"pictures", "components", "features"}) | {"papers": ["relations"]}
    config = sections.model_validate(content | {"looks": {"stand_ins": {}}})
    others = {name: house.rooms[name] for name in ("relations", "pictures")}
    return replace(house, rooms={**others, "looks": Room(made.paper, made, config, ZOO, ROOT)})


def check(atlas: Atlas, *targets: str) -> None:
    rules = [*atlas.rooms, "all", "coverage", "figure", "relations_tutorial", "tutorial"]
    rules += [artifact.target for artifact in atlas.artifacts] + list(atlas.short_names)
    check_targets(atlas, ["/bin/snakemake", "--cores", "1", *targets], rules)


def refused(atlas: Atlas, target: str) -> UserError:
    with pytest.raises(UserError) as caught:
        check(atlas, target)
    return caught.value


@pytest.mark.parametrize(
    "target",
    [
        *("relations", "looks", "coverage", "tutorial", "relations_figure_02", "looks_figure_02", "figure_01"),
        *("looks_table_01", "extra_departures", "Snakefile"),
        *("results/smoke/figures/looks/figure_02.pdf", "results/smoke/notebooks/relations/figure_02.ipynb"),
        *("results/smoke/weights/extra_small/run0.safetensors", "resources/weights/clip_b16.safetensors"),
        "results/smoke/analysis/looks/responses/mini/0/figure_ground.parquet",
    ],
)
def test_what_is_there_can_be_asked_for(atlas, target, monkeypatch):
    monkeypatch.chdir(ROOT)
    check(atlas, target)


def test_short_names_are_those_that_one_paper_has(atlas):
    assert {"figure_01", "extra_departures"} <= set(atlas.short_names)
    assert not {"figure_02", "figure_03", "table_01"} & set(atlas.short_names)
    assert atlas.short_names["figure_01"].target == "relations_figure_01"
    alone = replace(atlas, rooms={"relations": atlas.relations})
    assert len(alone.short_names) == len(alone.artifacts)


def test_a_short_name_of_two_papers_lists_the_full_ones(atlas):
    error = refused(atlas, "figure_02")
    assert error.problem == "'figure_02' is an artifact of several papers"
    assert error.remedy == "name one in full: relations_figure_02, looks_figure_02"


@pytest.mark.parametrize(
    ("target", "named"),
    [
        ("relations_figure_99", "relations_figure_99"),
        ("figur_02", "figur_02"),
        ("results/smoke/figures/relations/figure_99.pdf", "relations_figure_99"),
        ("results/smoke/figures/components/figure_02.png", "components_figure_02"),
    ],
)
def test_of_an_unknown_target_the_nearest_are_named(atlas, target, named):
    error = refused(atlas, target)
    words = rf"unknown target '{named}'; there are \d+, among them: [\w, ]*_figure_0\d[\w, ]*"
    assert re.fullmatch(words, error.problem)
    assert len(error.problem) < 200 and "`snakemake coverage` makes the list of all" in error.remedy


@pytest.mark.parametrize(
    ("target", "near"),
    [
        ("figure_2", "'looks_figure_02' or 'relations_figure_02'"),
        ("relations_figure_3", "'relations_figure_03'"),
        ("table_6", "'relations_table_06'"),
        ("relatons_figure_09", "'relations_figure_09'"),
    ],
)
def test_a_name_with_the_same_number_is_the_nearest(atlas, target, near):
    assert refused(atlas, target).remedy.startswith(f"did you mean {near}? (")


@pytest.mark.parametrize(
    "target", ["figure_11", "relations_figure_11", "results/smoke/figures/relations/figure_11.pdf"]
)
def test_what_another_tier_makes_says_so(atlas, target):
    error = refused(atlas, target)
    assert "is not made: the tier 'smoke' does not make it" in error.problem
    assert error.remedy == "`snakemake coverage` lists what is made"


def test_a_file_of_another_tier_names_the_option(atlas):
    error = refused(atlas, "results/demo/figures/relations/figure_02.pdf")
    assert "belongs to the tier 'demo'; this run is of the tier 'smoke'" in error.problem
    assert error.remedy == "add --config tier=demo"


def test_other_programs_ask_for_nothing(atlas):
    check_targets(atlas, ["pytest", "figure_99"], [])


@pytest.mark.parametrize("target", ["results/smoke/coverage.md", "figures/x", "a b.csv"])
@pytest.mark.parametrize("through", ["itself", "a link"])
def test_whole_paths_of_the_workflows_files_are_refused_with_those_to_ask_for(
    atlas, tmp_path, monkeypatch, target, through
):
    (tmp_path / "house").mkdir()
    (tmp_path / "link").symlink_to("house")
    monkeypatch.chdir(tmp_path / "house")
    folder = tmp_path / ("house" if through == "itself" else "link")
    assert refused(atlas, str(folder / target)).remedy == f"ask for {target}"
    check(atlas, str(tmp_path / "elsewhere" / "file.csv"))

"""Papers in a tier, beside each other: what their rules ask for."""

from dataclasses import replace
from pathlib import Path

import pytest
from made_up_paper import PAPER, ZOO, Section, registry, wildcards

from vitatlas.config.models import ModelZoo
from vitatlas.config.schema import config_type
from vitatlas.errors import UserError
from vitatlas.project.atlas import Atlas, load_atlas
from vitatlas.project.rooms import Room
from vitatlas.relations.config.section import RelationsSection

ROOT = Path(__file__).resolve().parents[3]
STAND_INS = {"large": "mini", "other": "mini"}


@pytest.fixture(scope="module")
def atlas(tmp_path_factory) -> Atlas:
    """The smoke tier with a second paper, whose models are in the zoo too."""
    house = load_atlas(ROOT, {"tier": "smoke"})
    sections = config_type({"relations": RelationsSection, "looks": Section})
    content = house.config.model_dump(exclude={"pictures", "components", "features"}) | {"papers": ["relations"]}
    config = sections.model_validate(content | {"looks": {"stand_ins": STAND_INS}})
    zoo: ModelZoo = house.zoo.model_copy(update={"models": {**house.zoo.models, **ZOO.models}})
    room = Room(PAPER, registry(tmp_path_factory.mktemp("looks")), config, zoo, ROOT)
    relations = replace(house.relations, config=config, zoo=zoo)
    return replace(house, config=config, zoo=zoo, rooms={"relations": relations, "looks": room})


def test_a_room_is_the_attribute_of_its_papers_name(atlas):
    assert atlas.looks.paper is PAPER and atlas.relations.name == "relations"
    with pytest.raises(AttributeError, match="components"):
        _ = atlas.components


def test_each_papers_figure_reads_its_own_tables(atlas):
    asked = {paper: wildcards(paper=paper, artifact="figure_03") for paper in atlas.rooms}
    assert atlas.inputs_of(asked["looks"]) == ["results/smoke/analysis/looks/images/stripes.parquet"]
    tables = atlas.inputs_of(asked["relations"])
    assert tables and all(path.startswith("results/smoke/analysis/relations/") for path in tables)
    assert atlas.specs.figure(asked["relations"])["family"] == "das"


def test_its_files_lie_under_it(atlas):
    made = atlas.paper_outputs(wildcards(paper="looks"))
    assert len(made) == 9 and all(Path(path).parent.name == "looks" for path in made)
    assert set(made) < set(atlas.outputs) and set(atlas.relations.outputs) < set(atlas.outputs)


def test_verdicts_are_made_from_tables_that_have_readings(atlas):
    folder = "results/smoke/analysis/looks/responses/mini"
    judged = atlas.judged_tables(wildcards(paper="looks"))
    assert judged == [f"{folder}/1/stripes.parquet", f"{folder}/0/dots.parquet", f"{folder}/0/stripes.parquet"]
    kinds = {path.split("/")[4] for path in atlas.judged_tables(wildcards(paper="relations"))}
    assert kinds == {
        *("behaviour", "auxiliary", "attention", "das", "novel", "probe"),
        *("photoreal_behaviour", "photoreal_attention"),
    }


def test_invariants_are_checked_on_tables_that_have_some(atlas):
    assert atlas.checked_tables(wildcards(paper="looks")) == {"analyses": [], "rests_on": []}
    checked = atlas.checked_tables(wildcards(paper="relations"))
    kinds = {path.split("/")[4] for path in checked["analyses"]}
    assert kinds == {analysis.kind for analysis in atlas.relations.paper.analyses if analysis.invariants}
    below = "results/smoke/{}/relations/mini/rmts/256/{}.parquet"
    assert {below.format("scenes", "ood_shape"), below.format("counterfactuals", "shape/test_iid")} <= set(
        checked["rests_on"]
    )
    assert len(checked["rests_on"]) == len(set(checked["rests_on"]))


def test_a_paper_without_published_numbers_has_no_verdicts_and_one_without_invariants_no_table_of_them(atlas):
    relations, looks = (wildcards(paper=paper) for paper in ("relations", "looks"))
    assert atlas.verdicts_in("svg")(relations) == ["results/smoke/verdicts/relations.svg"]
    assert atlas.invariants_of(relations) == ["results/smoke/verdicts/relations_invariants.csv"]
    assert atlas.verdicts_in("svg")(looks) == [] == atlas.invariants_of(looks)
    assert set(atlas.tutorials) == {"relations"}


def test_another_paper_is_refused(atlas):
    for asked in (atlas.inputs_of, atlas.paper_outputs, atlas.judged_tables, atlas.specs.page, atlas.specs.figure):
        with pytest.raises(UserError, match="unknown paper 'components'; there are: looks, relations"):
            asked(wildcards(paper="components", artifact="figure_02"))


def test_pages_of_one_paper_hold_its_rows_and_the_overview_those_of_all(atlas):
    page = atlas.specs.page(wildcards(paper="looks"))
    assert page["title"] == "Features of networks" and "missing" not in page
    covered = atlas.specs.coverage_page(wildcards())["papers"]
    assert [paper["paper"] for paper in covered] == ["relations", "looks"]
    assert [row["name"] for row in covered[1]["rows"]] == ["figure_02", "figure_03", "table_01"]
    assert covered[1]["rows"][0]["title"] == "What Mini net see", "the tier's models"


def test_labels_tell_artifacts_apart(atlas):
    labels = atlas.labels_of(wildcards(paper="relations", artifact="table_02"))
    assert labels == {"artifact": "table_02", "title": "Discrimination, 256 combinations"}


def test_what_a_papers_rule_files_share_is_read_first():
    found = load_atlas(ROOT, {}).rule_files
    for paper in ("relations", "pictures"):
        first, *others = [path for path in found if path.startswith(str(ROOT / "rules" / paper))]
        assert first == str(ROOT / f"rules/{paper}/common.smk") and len(others) > 1
        assert sorted(others) == others


def test_the_spec_of_any_rule_can_be_asked_for(atlas):
    cell = wildcards(paper="relations", model="mini-objects", task="rmts", setting="256", run="0")
    assert atlas.spec_of("das", cell)["run"] == 0
    assert atlas.spec_of("published", cell)["keys"] == list(atlas.relations.paper.keys)
    assert atlas.invariants_spec(cell)["paper"] == "relations"

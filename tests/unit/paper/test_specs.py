"""Specs of rules: what is noted, left out and counted while they are built."""

import json
from pathlib import Path

import pytest
from made_up_paper import PAPER, ZOO, Section, config, wildcards

from vitatlas.config.schema import PaperSection, config_type
from vitatlas.errors import UserError
from vitatlas.jobs.fingerprint import environment_fingerprint
from vitatlas.jobs.seeds import derive_seed
from vitatlas.paper.specs import Settings, Specs
from vitatlas.papers import papers
from vitatlas.project.atlas import load_atlas

ROOT = Path(__file__).resolve().parents[3]
CELL = wildcards(model="mini-objects", geometry="mini", task="rmts", setting="256", run="1", paper="relations")


class Makes(PaperSection):
    """The section of a paper that pretrains models."""

    pretrains = True

    @property
    def pretrained(self) -> list[str]:
        """The one model that it makes."""
        return ["mini"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with the programs of the paper's rules."""
    files = {
        "workflow/scripts/looks/responses.py": "import vitatlas.looking\n",
        "workflow/scripts/looks/deepest.py": "",
        "workflow/scripts/looks/looks_summary.py": "",
        "workflow/notebooks/looks/show.ipynb": json.dumps({"cells": []}),
        "src/vitatlas/__init__.py": "",
        "src/vitatlas/looking.py": "",
        "envs/compute.lock.txt": "torch==1\n",
        "envs/figures.lock.txt": "pandas==1\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def specs(root: Path, **changes) -> Specs:
    return Specs(PAPER.builders, lambda of: PAPER.settings(of, ZOO), config(**changes), root, PAPER.name)


def test_a_spec_holds_values_code_and_environment(root):
    spec = specs(root).responses(wildcards(model="large"))
    assert spec["model"] == "large" and spec["steps"] == 6 and spec["seed"] == derive_seed(7, "responses")
    assert set(spec["code"]) == {"responses.py", "vitatlas", "vitatlas.looking"}
    assert spec["environment"] == environment_fingerprint(root / "envs", "compute")


def test_what_is_at_its_default_is_left_out_at_the_top_alone(root):
    spec = specs(root).responses(wildcards(model="large"))
    assert set(spec) == {"model", "steps", "seed", "code", "environment"}
    told = specs(root).deepest(wildcards())
    assert told["note"] == "results/demo" and "inner" not in told


def test_values_inside_are_whole():
    """A part of a spec is written as a whole, whichever of its values are defaults."""
    spec = load_atlas(ROOT, {}).relations.specs.das(CELL)
    assert spec["search"]["properties"] == ["shape", "color"] and spec["search"]["penalty"] == 0.001
    assert spec["compute"]["precision"] == "fp32" and "mode" not in spec


def test_sections_are_noted_where_they_are_read(root):
    built = specs(root)
    assert built.responses(wildcards(model="large")).reads == {"seed", "looks.looking"}
    assert built.deepest(wildcards()).reads == {"tier", "compute", "gpu_memory_mb", "looks.layers"}
    assert built.summary(wildcards(sum="1")).reads == frozenset()


def test_sections_of_the_real_paper_are_noted():
    atlas = load_atlas(ROOT, {})
    reads = {rule: getattr(atlas.relations.specs, rule)(CELL).reads for rule in ("das", "scenes", "behaviour")}
    computing = {"seed", "compute", "gpu_memory_mb"}
    assert reads["das"] == computing | {"relations.das", "relations.protocol", "relations.stimuli"}
    assert reads["scenes"] == {"seed", "relations.stimuli"}
    assert reads["behaviour"] == frozenset()
    assert "relations.stand_ins" in atlas.specs.verdicts(CELL).reads


def test_more_programs_and_files_of_the_project_count(root):
    spec = specs(root).summary(wildcards(sum="12ab"))
    assert set(spec["code"]) == {"looks_summary.py", "show.ipynb"}
    assert spec["files"] == {"a.txt": "12ab"}
    assert spec["paper"] == "looks"


def test_the_program_is_that_of_the_rule_in_the_folder_of_the_paper(root):
    built = specs(root)
    assert built.program_of("responses", {}) == "scripts/looks/responses.py"
    assert built.program_of("summary", {"paper": "looks"}) == "scripts/looks/looks_summary.py"
    (root / "workflow/scripts/looks/deepest.py").unlink()
    with pytest.raises(FileNotFoundError, match=r"looks/deepest\.py"):
        built.deepest(wildcards())


def test_another_value_is_another_spec_where_it_is_read(root):
    changed = {"looks": {"stand_ins": {}, "looking": {"steps": 4}}}
    for rule, same in (("responses", False), ("deepest", True)):
        found = [getattr(made, rule)(wildcards(model="mini")) for made in (specs(root), specs(root, **changed))]
        assert (repr(found[0]) == repr(found[1])) is same


def test_records_hold_what_results_depend_on_and_commands_everything():
    spec = load_atlas(ROOT, {"gpu_memory_mb": {"das": 123}}).relations.specs.das(CELL)
    assert json.loads(str(spec)) == spec == json.loads(f"{spec}") and "gpu_memory_mb" in spec["compute"]
    recorded = json.loads(repr(spec))
    assert "gpu_memory_mb" not in recorded["compute"] and recorded["search"] == spec["search"]
    assert str(spec).index('"code"') < str(spec).index('"model"') < str(spec).index('"task"')


def test_rules_without_a_spec_are_named(root):
    with pytest.raises(UserError, match=r"unknown rule with a spec 'respones'; there are: deepest, responses, summary"):
        _ = specs(root).respones
    assert specs(root).rules == ["responses", "deepest", "summary"]


def test_a_builder_says_what_others_need_to_know_of_its_rule():
    responses, deepest, summary = PAPER.builders
    assert [builder.rule for builder in PAPER.builders] == ["responses", "deepest", "summary"]
    assert (responses.gpu, responses.size, responses.image, responses.trains) == (True, ("steps",), "compute", False)
    assert not deepest.gpu and deepest.image == "figures"
    assert (responses.program, summary.program) == ("responses.py", "{paper}_summary.py")


def asking(papers: list[str], sections: dict[str, type[PaperSection]], origin: str = "pretrain") -> Settings:
    """The settings of the paper `looks` in a run of these papers; the model `mini` is of this origin."""
    named = config_type(sections).model_validate(config().model_dump() | {"papers": papers, "makes": {"stand_ins": {}}})
    mini = ZOO.models["mini"].model_copy(update={"origin": origin})
    return Settings(named, ZOO.model_copy(update={"models": {"mini": mini}}), "looks")


def test_weights_lie_where_those_of_their_origin_do():
    both = {"looks": Section, "makes": Makes}
    assert asking(["looks", "makes"], both).weights_of("mini") == ["results/demo/weights/mini/run0.safetensors"]
    assert asking(["looks", "makes"], both).weights_of("mini", 2) == ["results/demo/weights/mini/run2.safetensors"]
    assert asking(["looks"], both, "hub").weights_of("mini") == ["resources/weights/mini.safetensors"]
    assert asking(["looks"], both, "none").weights_of("mini") == []


def test_weights_that_no_paper_of_this_run_pretrains_are_refused():
    with pytest.raises(UserError) as caught:
        asking(["looks"], {"looks": Section, "makes": Makes}).weights_of("mini")
    assert caught.value.problem == "the weights of 'mini' are pretrained by the paper 'makes', which is not configured"
    assert caught.value.remedy == "add 'makes' to `papers`, or take a model of origin hub or none"
    with pytest.raises(UserError, match="the weights of 'mini' must be pretrained, and no paper does that") as caught:
        asking(["looks"], {"looks": Section, "makes": PaperSection}).weights_of("mini")
    assert caught.value.remedy == "take a model of origin hub or none"


def test_the_papers_that_pretrain_are_those_with_such_a_rule():
    rules = {name: [builder.rule for builder in paper.builders] for name, paper in papers().items()}
    found = {name for name, of_paper in rules.items() if any(rule.startswith("pretrain") for rule in of_paper)}
    config = load_atlas(ROOT, {}).config
    assert {name for name in papers() if type(config.section(name)).pretrains} == found
    assert (config.pretrainers("mini-objects"), config.pretrainers("mini-vit")) == (["relations"], ["pictures"])
    assert config.pretrainers("mini-scratch") == []

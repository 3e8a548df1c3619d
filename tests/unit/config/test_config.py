"""The configuration: each tier is valid, and each mistake is named."""

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from vitatlas.config.load import tiers
from vitatlas.config.models import ModelZoo
from vitatlas.config.read import merge, validate
from vitatlas.config.schema import PaperSection, config_type
from vitatlas.errors import UserError
from vitatlas.project.load import full_zoo_type, load_config, load_zoo

ROOT = Path(__file__).resolve().parents[3]
CONFIG = ROOT / "config"
ZOO = load_zoo(CONFIG / "models.yaml")


def error(overrides: dict, zoo: ModelZoo = ZOO) -> str:
    with pytest.raises(UserError) as raised:
        load_config(CONFIG, overrides, zoo)
    return str(raised.value)


@pytest.mark.parametrize("tier", tiers(CONFIG))
def test_every_tier_is_valid_and_has_the_same_keys(tier):
    assert load_config(CONFIG, {"tier": tier}, ZOO).tier == tier
    files = {name: yaml.safe_load((CONFIG / f"{name}.yaml").read_text()) for name in (tier, "demo")}
    keys = {name: (set(content), set(content["relations"])) for name, content in files.items()}
    assert keys[tier] == keys["demo"]


def test_the_default_tier_is_the_demo():
    assert load_config(CONFIG, {}, ZOO).tier == "demo"


def test_values_on_top_replace_single_keys():
    attention = load_config(CONFIG, {"relations": {"attention": {"batch": 7}}}, ZOO).section("relations").attention
    assert attention.batch == 7
    assert attention.images_per_class == load_config(CONFIG, {}, ZOO).section("relations").attention.images_per_class


def test_merge_goes_down_and_replaces_lists():
    assert merge({"a": {"b": 1, "c": [1, 2]}}, {"a": {"c": [3]}}) == {"a": {"b": 1, "c": [3]}}


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"tier": "huge"}, ["unknown tier 'huge'", "demo, paper, smoke"]),
        ({"sead": 1}, ["'sead'", "did you mean 'seed'"]),
        ({"relation": {}}, ["'relation'", "did you mean 'relations'"]),
        ({"compute": {"device": "tpu"}}, ["'compute.device'", "'cpu'", "'cuda'"]),
        ({"gpu_memory_mb": {"finetun": 9000}}, ["unknown rule 'finetun'", "gpu_memory_mb", "did you mean 'finetune'"]),
        ({"gpu_memory_mb": {"scenes": 9000}}, ["unknown rule 'scenes'", "gpu_memory_mb"]),
        ({"gpu_memory_mb": {"finetune": 0}}, ["'gpu_memory_mb.finetune'", "greater than 0"]),
        ({"compute": {"gpu_memory_mb": 9000}}, ["unknown key 'compute.gpu_memory_mb'"]),
    ],
)
def test_a_mistake_is_named_with_file_key_and_choices(overrides, words):
    message = error(overrides)
    assert all(word in message for word in words), message


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (
            {"attention": {"batsch": 1}},
            ["'relations.attention.batsch'", "images_per_class", "did you mean 'batch'", "demo.yaml"],
        ),
        ({"attention": {"batch": "many"}}, ["'relations.attention.batch'", "integer", "'many'"]),
        ({"attention": {"batch": 0}}, ["'relations.attention.batch'", "greater than 0"]),
        ({"stand_ins": {"clip_b16": "mini-object"}}, ["unknown model 'mini-object'", "did you mean 'mini-objects'"]),
        ({"stand_ins": {"clip": "mini-mae"}}, ["unknown model 'clip'", "relations.stand_ins"]),
        ({"finetuning": {"minimal": {"learning_rate": 1, "batch": 1, "epochs": 1}}}, ["unknown model 'minimal'"]),
        ({"finetuning": {"default": {"frozen_blocks": 9}}}, ["relations.finetuning.default", "mini-", "6 blocks"]),
        ({"pretraining": {"mini-objects": {"blocks": 7}}}, ["relations.pretraining.mini-objects", "6 blocks"]),
        ({"runs": {"default": [1, 1]}}, ["runs.default: a run is named twice"]),
        ({"runs": {"mini-scratc": [1]}}, ["unknown model 'mini-scratc'", "relations.runs"]),
        ({"stimuli": {"sizes": {"trian": 3}}}, ["relations.stimuli", "train"]),
    ],
)
def test_a_mistake_in_a_papers_section_is_named_too(overrides, words):
    message = error({"relations": overrides})
    assert all(word in message for word in words), message


@pytest.mark.parametrize(
    ("papers", "words"),
    [
        (["nothing"], ["unknown paper 'nothing'; there are: ", "relations", "key 'papers'", "demo.yaml"]),
        (["relation"], ["unknown paper 'relation'", "did you mean 'relations'"]),
        ([], ["'papers'", "at least 1"]),
    ],
)
def test_papers_must_be_there(papers, words):
    message = error({"papers": papers})
    assert all(word in message for word in words), message


def test_a_paper_that_is_asked_for_needs_its_section():
    message = error({"relations": None})
    assert "papers: the section 'relations' is missing" in message and "demo.yaml" in message


def test_no_other_paper_needs_one():
    """The section is needed where the paper is asked for, and only there."""
    schema = config_type({"relations": PaperSection, "others": PaperSection})
    content = yaml.safe_load((CONFIG / "demo.yaml").read_text()) | {"relations": {"stand_ins": {}}}
    content = {name: value for name, value in content.items() if name not in {"pictures", "components", "features"}}
    content |= {"papers": ["relations"]}
    assert schema.model_validate(content).section("others") is None
    with pytest.raises(ValidationError, match="papers: the section 'others' is missing"):
        schema.model_validate(content | {"papers": ["relations", "others"]})


def test_no_yaml_and_no_file_are_named(tmp_path):
    (tmp_path / "demo.yaml").write_text("a: [1")
    with pytest.raises(UserError, match=r"no valid YAML"):
        load_config(tmp_path, {}, ZOO)
    with pytest.raises(UserError, match=r"cannot be read"):
        load_zoo(tmp_path / "models.yaml")


def test_a_model_pretrained_by_the_workflow_needs_a_recipe():
    config = yaml.safe_load((CONFIG / "demo.yaml").read_text())
    assert "mini-mae" in config["relations"]["pretraining"]
    zoo = zoo_with("mini-new", yaml.safe_load((CONFIG / "models.yaml").read_text())["models"]["mini-mae"])
    message = error({"relations": {"stand_ins": {"clip_b16": "mini-new"}}}, zoo)
    assert "add relations.pretraining.mini-new" in message


SWIN = {
    "title": "Swin-T",
    "timm": "swin_tiny_patch4_window7_224",
    "origin": "none",
    "preprocessing": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
}
RECIPE = {"learning_rate": 1e-3, "batch": 16}


def zoo_with(name: str, entry: dict) -> ModelZoo:
    """The zoo with one more entry."""
    zoo = yaml.safe_load((CONFIG / "models.yaml").read_text())
    return validate(full_zoo_type(), zoo | {"models": zoo["models"] | {name: entry}}, "models.yaml")


def test_a_model_of_another_family_may_be_in_the_zoo():
    assert load_config(CONFIG, {}, zoo_with("swin", SWIN)).tier == "demo"


@pytest.mark.parametrize(
    "section",
    [
        {"stand_ins": {"clip_b16": "swin"}},
        {"runs": {"swin": [0]}},
        {"finetuning": {"swin": RECIPE | {"epochs": 1}}},
        {"pretraining": {"swin": RECIPE | {"method": "objects", "steps": 1}}},
    ],
)
def test_a_model_that_a_paper_cannot_use_is_refused_by_it(section):
    with pytest.raises(UserError) as raised:
        load_config(CONFIG, {"relations": section}, zoo_with("swin", SWIN))
    assert raised.value.problem == (
        "model 'swin' has no section 'relations', so that the paper 'relations' cannot use it"
    )
    assert "models.swin.relations" in str(raised.value.remedy)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"relations": {"geometry": "mini"}}, ["models.mini-scratch.relations.pretraining_scale"]),
        ({"origin": "hub", "hub": None}, ["needs the key 'hub'"]),
        ({"titel": "x"}, ["unknown key 'models.mini-scratch.titel'", "did you mean 'title'"]),
        (
            {"relations": {"geometri": "mini", "geometry": "mini", "pretraining_scale": "–"}},
            ["unknown key 'models.mini-scratch.relations.geometri'", "did you mean 'geometry'"],
        ),
    ],
)
def test_a_mistake_in_the_zoo_is_named(tmp_path, change, words):
    zoo = yaml.safe_load((CONFIG / "models.yaml").read_text())
    zoo["models"]["mini-scratch"] |= change
    (tmp_path / "models.yaml").write_text(yaml.safe_dump(zoo))
    with pytest.raises(UserError) as raised:
        load_zoo(tmp_path / "models.yaml")
    assert all(word in str(raised.value) for word in words), raised.value


def test_an_unknown_geometry_is_named():
    entry = yaml.safe_load((CONFIG / "models.yaml").read_text())["models"]["mini-scratch"]
    wrong = entry | {"relations": entry["relations"] | {"geometry": "p15"}}
    message = error({}, zoo_with("mini-new", wrong))
    assert "unknown geometry 'p15'" in message and "p16" in message
    assert "models.mini-new.relations.geometry" in message

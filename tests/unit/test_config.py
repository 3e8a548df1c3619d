"""The configuration: each tier is valid, and each mistake is named."""

import json
from pathlib import Path

import pytest
import yaml

from vitatlas.artifacts.coverage import load_listing
from vitatlas.config import document
from vitatlas.config.load import load_config, load_zoo, tiers
from vitatlas.config.models import ModelZoo
from vitatlas.config.read import merge
from vitatlas.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config"
ZOO = load_zoo(CONFIG / "models.yaml")


def error(overrides: dict, zoo: ModelZoo = ZOO) -> str:
    with pytest.raises(UserError) as raised:
        load_config(CONFIG, overrides, zoo)
    return str(raised.value)


@pytest.mark.parametrize("tier", tiers(CONFIG))
def test_every_tier_is_valid_and_has_the_same_keys(tier):
    assert load_config(CONFIG, {"tier": tier}, ZOO).tier == tier
    keys = {name: set(yaml.safe_load((CONFIG / f"{name}.yaml").read_text())) for name in (tier, "demo")}
    assert keys[tier] == keys["demo"]


def test_the_default_tier_is_the_demo():
    assert load_config(CONFIG, {}, ZOO).tier == "demo"


def test_values_on_top_replace_single_keys():
    config = load_config(CONFIG, {"attention": {"batch": 7}}, ZOO)
    assert config.attention.batch == 7
    assert config.attention.images_per_class == load_config(CONFIG, {}, ZOO).attention.images_per_class


def test_merge_goes_down_and_replaces_lists():
    assert merge({"a": {"b": 1, "c": [1, 2]}}, {"a": {"c": [3]}}) == {"a": {"b": 1, "c": [3]}}


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"tier": "huge"}, ["unknown tier 'huge'", "demo, paper, smoke"]),
        ({"attention": {"batsch": 1}}, ["'attention.batsch'", "images_per_class", "did you mean 'batch'", "demo.yaml"]),
        ({"sead": 1}, ["'sead'", "did you mean 'seed'"]),
        ({"attention": {"batch": "many"}}, ["'attention.batch'", "integer", "'many'"]),
        ({"attention": {"batch": 0}}, ["'attention.batch'", "greater than 0"]),
        ({"stand_ins": {"clip_b16": "mini-object"}}, ["unknown model 'mini-object'", "did you mean 'mini-objects'"]),
        ({"stand_ins": {"clip": "mini-mae"}}, ["unknown model 'clip'", "stand_ins"]),
        ({"finetuning": {"minimal": {"learning_rate": 1, "batch": 1, "epochs": 1}}}, ["unknown model 'minimal'"]),
        ({"finetuning": {"default": {"frozen_blocks": 9}}}, ["finetuning.default", "mini-", "6 blocks"]),
        ({"pretraining": {"mini-objects": {"blocks": 7}}}, ["pretraining.mini-objects", "6 blocks"]),
        ({"seeds": {"default": [1, 1]}}, ["seeds.default: a seed is named twice"]),
        ({"seeds": {"mini-scratc": [1]}}, ["unknown model 'mini-scratc'"]),
        ({"stimuli": {"sizes": {"trian": 3}}}, ["stimuli", "train"]),
        ({"compute": {"device": "tpu"}}, ["'compute.device'", "'cpu'", "'cuda'"]),
        ({"gpu_memory_mb": {"finetun": 9000}}, ["unknown rule 'finetun'", "gpu_memory_mb", "did you mean 'finetune'"]),
        ({"gpu_memory_mb": {"finetune": 0}}, ["'gpu_memory_mb.finetune'", "greater than 0"]),
        ({"compute": {"gpu_memory_mb": 9000}}, ["unknown key 'compute.gpu_memory_mb'"]),
    ],
)
def test_a_mistake_is_named_with_file_key_and_choices(overrides, words):
    message = error(overrides)
    assert all(word in message for word in words), message


def test_no_yaml_and_no_file_are_named(tmp_path):
    (tmp_path / "demo.yaml").write_text("a: [1")
    with pytest.raises(UserError, match=r"no valid YAML"):
        load_config(tmp_path, {}, ZOO)
    with pytest.raises(UserError, match=r"cannot be read"):
        load_zoo(tmp_path / "models.yaml")


def test_a_model_pretrained_by_the_workflow_needs_a_recipe():
    config = yaml.safe_load((CONFIG / "demo.yaml").read_text())
    assert "mini-mae" in config["pretraining"]
    zoo = ModelZoo.model_validate(
        ZOO.model_dump() | {"models": ZOO.model_dump()["models"] | {"mini-new": ZOO.models["mini-mae"].model_dump()}}
    )
    message = error({"stand_ins": {"clip_b16": "mini-new"}}, zoo)
    assert "add pretraining.mini-new" in message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"geometry": "p15"}, ["unknown geometry 'p15'", "p16"]),
        ({"origin": "hub", "hub": None}, ["needs the key 'hub'"]),
        ({"titel": "x"}, ["unknown key 'models.mini-scratch.titel'", "did you mean 'title'"]),
    ],
)
def test_a_mistake_in_the_zoo_is_named(tmp_path, change, words):
    zoo = yaml.safe_load((CONFIG / "models.yaml").read_text())
    zoo["models"]["mini-scratch"] |= change
    (tmp_path / "models.yaml").write_text(yaml.safe_dump(zoo))
    with pytest.raises(UserError) as raised:
        load_zoo(tmp_path / "models.yaml")
    assert all(word in str(raised.value) for word in words), raised.value


def test_the_reference_and_the_schemas_are_up_to_date():
    assert (CONFIG / "README.md").read_text() == document.reference(), "run `make docs`"
    for name, text in document.schemas().items():
        assert (CONFIG / "schema" / name).read_text() == text, "run `make docs`"
        assert json.loads(text)["additionalProperties"] is False


def test_the_list_of_artifacts_is_up_to_date():
    assert (ROOT / "docs/artifacts.md").read_text() == load_listing(CONFIG), "run `make docs`"


def test_every_key_is_explained():
    rows = [line.split("|") for line in document.reference().splitlines() if line.startswith("| `")]
    assert len(rows) > 40
    assert all(row[-2].strip() for row in rows)

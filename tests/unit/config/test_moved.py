"""Configurations and zoos of older versions, in which the keys of the paper `relations` stood beside shared ones."""

from pathlib import Path

import pytest
import yaml

from vitatlas.errors import UserError
from vitatlas.project.load import load_config, load_zoo

CONFIG = Path(__file__).resolve().parents[3] / "config"
ZOO = load_zoo(CONFIG / "models.yaml")

TIER = """
tier: demo
seed: 0
seeds: {default: [0]}
papers: [relations]
stand_ins: {clip_b16: mini-scratch}
stimuli:
  noise_std: 10
  sizes: {train: 64, val: 64, test: 64, test_iid: 64, ood-shape: 64, ood-color: 64, ood-shape-color: 64}
  samples: 6
weights: {source: null}
pretraining: {}
finetuning: {default: {learning_rate: 1.0e-3, batch: 16, epochs: 1}}
auxiliary:
  seeds: [0]
  rows: {discrimination: [none, both], rmts: [none, both]}
attention: {images_per_class: 16, batch: 32}
das: {sizes: {train: 16, val: 16, test: 16, test_iid: 16}, batch: 8, cache_mb: 100}
departures: {runs: 1, around: 0}
probe: {images_per_label: {train: 16, test_iid: 16}, cache_mb: 100}
photoreal: {images: 8, samples: 4, shards: 1, examples: 4, example_side: 48, batch: 8}
protocol: {mode: corrected}
compute: {device: cpu}
gpu_memory_mb: {default: 2000}
"""
MOVED = {
    "seeds": "relations.runs",
    "stand_ins": "relations.stand_ins",
    "stimuli": "relations.stimuli",
    "stimuli.sizes.ood-shape": "relations.stimuli.sizes.ood_shape",
    "stimuli.sizes.ood-color": "relations.stimuli.sizes.ood_color",
    "stimuli.sizes.ood-shape-color": "relations.stimuli.sizes.ood_shape_color",
    "pretraining": "relations.pretraining",
    "finetuning": "relations.finetuning",
    "auxiliary": "relations.auxiliary",
    "auxiliary.seeds": "relations.auxiliary.runs",
    "attention": "relations.attention",
    "das": "relations.das",
    "departures": "relations.departures",
    "departures.runs": "relations.departures.search_runs",
    "probe": "relations.probe",
    "photoreal": "relations.photoreal",
    "protocol": "relations.protocol",
}
ENTRY = {
    "title": "DINOv2",
    "timm": "vit_base_patch14_dinov2",
    "origin": "none",
    "preprocessing": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
}
OF_MODELS = {
    "geometry": "p14",
    "readout": "cls+mean",
    "head_bias": True,
    "pretraining_scale": "142M",
    "reference_preprocessing": ENTRY["preprocessing"],
    "first_layer_for_peaks": 1,
}
GEOMETRIES = {"p14": {"canvas": 224, "patch": 14, "object": 28, "sprite": 21}}


def places(error: UserError) -> dict[str, str]:
    """Where keys are now, by where they were, as the message has it."""
    said = error.problem.removeprefix("this configuration is of an older version, whose keys have moved: ")
    return dict(place.split(" is now ") for place in said.split("; "))


def test_an_old_tier_gets_one_error_that_names_every_key_and_its_new_place(tmp_path):
    (tmp_path / "demo.yaml").write_text(TIER)
    with pytest.raises(UserError) as caught:
        load_config(tmp_path, {}, ZOO)
    assert places(caught.value) == MOVED
    assert str(caught.value.where) == str(tmp_path / "demo.yaml") and "config/README.md" in caught.value.remedy


def test_the_new_places_are_places(tmp_path):
    """Moved as the message says, the old tier is a valid one."""
    old = yaml.safe_load(TIER)
    new = {key: value for key, value in old.items() if key not in MOVED}
    for place in sorted(MOVED, key=lambda name: name.count(".")):
        *before, last = MOVED[place].split(".")
        at, value = new, old
        for key in before:
            at = at.setdefault(key, {})
        for key in place.split("."):
            value = value[key]
        at.pop(place.split(".")[-1], None)
        at[last] = value
    (tmp_path / "demo.yaml").write_text(yaml.safe_dump(new))
    config = load_config(tmp_path, {}, ZOO).section("relations")
    assert config.runs == {"default": [0]} and config.auxiliary.runs == [0]
    assert config.departures.search_runs == 1 and config.stimuli.sizes["ood_shape"] == 64


def test_old_values_on_top_of_a_new_tier_are_told_too():
    with pytest.raises(UserError) as caught:
        load_config(CONFIG, {"das": {"epochs": 3}, "seeds": {"default": [1]}}, ZOO)
    assert places(caught.value) == {"das": "relations.das", "seeds": "relations.runs"}
    assert "--config or --configfile" in str(caught.value.where)


def test_an_old_zoo_gets_one_error_that_names_every_key_and_its_new_place(tmp_path):
    zoo = {"geometries": GEOMETRIES, "models": {"a": ENTRY | OF_MODELS, "b": ENTRY | OF_MODELS}}
    (tmp_path / "models.yaml").write_text(yaml.safe_dump(zoo))
    with pytest.raises(UserError) as caught:
        load_zoo(tmp_path / "models.yaml")
    of_models = {f"models.*.{key}": f"models.<name>.relations.{key}" for key in OF_MODELS}
    assert places(caught.value) == {"geometries": "relations.geometries"} | of_models
    assert str(caught.value.where) == str(tmp_path / "models.yaml")


def test_one_old_entry_in_a_new_zoo_is_told_too(tmp_path):
    zoo = yaml.safe_load((CONFIG / "models.yaml").read_text())
    zoo["models"]["mine"] = ENTRY | {"geometry": "p14"}
    (tmp_path / "models.yaml").write_text(yaml.safe_dump(zoo))
    with pytest.raises(UserError) as caught:
        load_zoo(tmp_path / "models.yaml")
    assert places(caught.value) == {"models.*.geometry": "models.<name>.relations.geometry"}


def test_the_new_zoo_is_a_zoo(tmp_path):
    zoo = {"relations": {"geometries": GEOMETRIES}, "models": {"a": ENTRY | {"relations": OF_MODELS}}}
    (tmp_path / "models.yaml").write_text(yaml.safe_dump(zoo))
    annex = load_zoo(tmp_path / "models.yaml").annex_of("a", "relations")
    assert annex.readout == "cls+mean" and annex.first_layer_for_peaks == 1

"""Recipes for fine-tuning are written for all models; one that makes no sense for a model is refused for it."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from vitatlas.config.load import OWN_MODELS
from vitatlas.config.read import validate
from vitatlas.errors import UserError
from vitatlas.project.atlas import load_atlas
from vitatlas.project.load import full_config_type, load_zoo
from vitatlas.relations.recipes import check_recipe

ROOT = Path(__file__).resolve().parents[4]
ZOO = load_zoo(ROOT / "config/models.yaml", own=False)
DEMO = yaml.safe_load((ROOT / "config/demo.yaml").read_text())
OWN = validate(full_config_type(), DEMO, "demo").section("relations")
GUIDE = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/how-to/add-a-model.md").read_text(), re.DOTALL)
RECIPE = OWN.finetuning["default"]


def check(model, **changes):
    check_recipe(OWN, ZOO, model, RECIPE.model_copy(update=changes), "finetuning.default")


@pytest.mark.parametrize(
    ("model", "frozen", "reinitialised", "words"),
    [
        ("mini-scratch", 1, 0, ["frozen_blocks: 1", "starts from random weights", "with frozen_blocks: 0"]),
        ("scratch_b16", 12, 0, ["frozen_blocks: 12", "'scratch_b16' starts from random weights"]),
        ("mini-objects", 5, 0, ["starts from learned weights in its first 4 blocks alone", "with frozen_blocks: 4"]),
        ("mini-objects", 4, 3, ["are 7 blocks", "'mini-objects' has 6 blocks"]),
        ("mini-scratch", 0, 7, ["reinitialised_blocks: 7", "has 6 blocks"]),
    ],
)
def test_what_does_not_suit_a_model_is_refused(model, frozen, reinitialised, words):
    with pytest.raises(UserError) as refused:
        check(model, frozen_blocks=frozen, reinitialised_blocks=reinitialised)
    said = str(refused.value)
    assert all(word in said for word in words), said
    assert f"relations.finetuning.{model}" in said and "key 'relations.finetuning.default'" in said


@pytest.mark.parametrize(
    ("model", "frozen", "reinitialised"),
    [("mini-scratch", 0, 6), ("mini-objects", 4, 2), ("clip_b16", 12, 0), ("mae_b16", 0, 0)],
)
def test_what_suits_it_is_not(model, frozen, reinitialised):
    check(model, frozen_blocks=frozen, reinitialised_blocks=reinitialised)


def test_the_guides_network_without_weights_needs_its_recipe(tmp_path):
    """The default is refused when the network's training is asked for, and the guide's recipe is not."""
    (tmp_path / "config").mkdir()
    for file in (ROOT / "config").iterdir():
        if file.name != OWN_MODELS:
            (tmp_path / "config" / file.name).symlink_to(file)
    for name in ("envs", "src", "workflow"):
        (tmp_path / name).symlink_to(ROOT / name)
    (entry,) = (text for text in GUIDE if "mini-fine:\n" in text)
    (recipe,) = (text for text in GUIDE if "mini-fine: {" in text)
    (tmp_path / "config" / OWN_MODELS).write_text(entry)
    run = SimpleNamespace(model="mini-fine", task="discrimination", setting="32", run="0", auxiliary="both")
    specs = load_atlas(tmp_path, {"tier": "demo"}).relations.specs
    with pytest.raises(UserError, match="'mini-fine' starts from random weights"):
        specs.finetune(run)
    spec = load_atlas(tmp_path, {"tier": "demo", **yaml.safe_load(recipe)}).relations.specs.finetune(run)
    assert "frozen_blocks" not in spec["training"] or spec["training"]["frozen_blocks"] == 0

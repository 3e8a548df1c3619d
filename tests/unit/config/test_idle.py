"""Settings that would do nothing beside another one are refused."""

from pathlib import Path

import pytest

from vitatlas.errors import UserError
from vitatlas.project.load import load_config, load_zoo

CONFIG = Path(__file__).resolve().parents[3] / "config"
ZOO = load_zoo(CONFIG / "models.yaml", own=False)


@pytest.mark.parametrize(
    ("key", "settings", "words"),
    [
        ("relations.finetuning.default", {"decay": 0.5}, ["decay: 0.5", "schedule 'exponential'", "'cosine'"]),
        ("relations.pretraining.mini-mae", {"distortion": 1}, ["distortion", "method 'objects'", "method is 'mae'"]),
        ("relations.pretraining.mini-captions", {"masked": 0.5}, ["masked: 0.5", "method 'mae'"]),
        ("relations.pretraining.mini-captions", {"features_block": 2}, ["features_block: 2", "method 'objects'"]),
        ("pictures.encoders.pretraining.mini-vit", {"locked": 0.1}, ["locked: 0.1", "method 'captions'"]),
        ("pictures.encoders.pretraining.mini-dino", {"captions": {"size": 1}}, ["captions", "method is 'views'"]),
        ("pictures.encoders.pretraining.mini-vit", {"same_location": 1}, ["same_location", "method 'views'"]),
    ],
)
def test_the_message_names_both_keys(key, settings, words):
    overrides = settings
    for part in reversed(key.split(".")):
        overrides = {part: overrides}
    with pytest.raises(UserError) as refused:
        load_config(CONFIG, {"tier": "demo", **overrides}, ZOO)
    said = str(refused.value)
    assert said.startswith(f"key '{key}': ") and all(word in said for word in words), said


def test_beside_the_value_that_uses_it_it_is_taken():
    schedule = {"finetuning": {"default": {"schedule": "exponential", "decay": 0.5}}}
    config = load_config(CONFIG, {"tier": "demo", "relations": schedule}, ZOO)
    assert config.section("relations").finetuning["default"].decay == 0.5

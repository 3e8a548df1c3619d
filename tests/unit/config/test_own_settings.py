"""What a run says differently from its tier's file."""

import json
import os

import pytest
from records import record

from vitatlas.config.load import with_nulls
from vitatlas.project.atlas import load_atlas


@pytest.mark.parametrize(
    ("given", "own"),
    [
        ({}, {}),
        ({"seed": 0, "relations": {"das": {"epochs": 2}}}, {}),
        # as Snakemake hands over nested values
        ({"relations": {"das": {"epochs": "2", "batch": "4"}}}, {"relations": {"das": {"batch": 4}}}),
        (
            {"seed": 1, "relations": {"das": {"sizes": {"train": 8, "val": 16}}}},
            {"seed": 1, "relations": {"das": {"sizes": {"train": 8}}}},
        ),
        ({"relations": {"runs": {"mini-objects": [0, 1]}}}, {"relations": {"runs": {"mini-objects": [0, 1]}}}),
        ({"relations": {"protocol": {"mode": "reference"}, "runs": {"default": [1]}}},) * 2,
        ({"weights": {"source": "/w"}, "compute": {"checkpoint_every_s": 1}, "gpu_memory_mb": {"default": 1}}, {}),
        ({"compute": {"checkpoint_every_s": 1, "device": "cuda"}}, {"compute": {"device": "cuda"}}),
    ],
)
def test_settings_are_own_where_the_file_says_otherwise(root, given, own):
    assert load_atlas(root, {"tier": "smoke"} | given).settings == own


def test_own_settings_reach_the_provenance(root, monkeypatch, tmp_path):
    monkeypatch.setattr(os, "environ", dict(os.environ) | {"XDG_CACHE_HOME": str(tmp_path)})
    own = {"relations": {"protocol": {"mode": "reference"}}}
    load_atlas(root, {"tier": "smoke", "seed": 0, **own}).prepare_environment()
    assert record("any", {})["settings"] == own
    assert json.loads(os.environ["VITATLAS_SETTINGS"]) == own


@pytest.mark.parametrize("word", ["null", "~", "NULL"])
def test_no_value_on_a_command_line_is_no_text(root, word):
    given = {"weights": {"source": word}, "seed": 3, "lists": [word, {"a": word}], "text": "nullable"}
    assert with_nulls(given) == given | {"weights": {"source": None}, "lists": [None, {"a": None}]}
    config = load_atlas(root, {"tier": "smoke", "weights": {"source": word}}).config
    assert config.weights.source is None

"""What a run says differently from its tier's file."""

import json
import os

import pytest

from vitatlas.atlas import load_atlas
from vitatlas.provenance import provenance


@pytest.mark.parametrize(
    ("given", "own"),
    [
        ({}, {}),
        ({"seed": 0, "das": {"epochs": 2}}, {}),
        ({"das": {"epochs": "2", "batch": "4"}}, {"das": {"batch": 4}}),  # as Snakemake hands over nested values
        ({"seed": 1, "das": {"sizes": {"train": 8, "val": 16}}}, {"seed": 1, "das": {"sizes": {"train": 8}}}),
        ({"seeds": {"mini-objects": [0, 1]}}, {"seeds": {"mini-objects": [0, 1]}}),
        ({"protocol": {"mode": "reference"}, "seeds": {"default": [1]}},) * 2,
        ({"weights": {"source": "/w"}, "compute": {"checkpoint_every_s": 1}, "gpu_memory_mb": {"default": 1}}, {}),
        ({"compute": {"checkpoint_every_s": 1, "device": "cuda"}}, {"compute": {"device": "cuda"}}),
    ],
)
def test_settings_are_own_where_the_file_says_otherwise(root, given, own):
    assert load_atlas(root, {"tier": "smoke"} | given).settings == own


def test_own_settings_reach_the_provenance(root, monkeypatch, tmp_path):
    monkeypatch.setattr(os, "environ", dict(os.environ) | {"XDG_CACHE_HOME": str(tmp_path)})
    load_atlas(root, {"tier": "smoke", "seed": 0, "protocol": {"mode": "reference"}}).prepare_environment()
    assert provenance("any", {}, [])["settings"] == {"protocol": {"mode": "reference"}}
    assert json.loads(os.environ["VITATLAS_SETTINGS"]) == {"protocol": {"mode": "reference"}}

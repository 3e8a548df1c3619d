"""The job that embeds texts, and the table that it writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from small_clip import ENTRY, SEED, SIZES, saved_clip

from vitatlas.components.config.features import Feature
from vitatlas.components.texts.job import texts
from vitatlas.components.texts.spec import TextsSpec
from vitatlas.components.texts.table import load_texts, stacked
from vitatlas.encoders.quality.texts import text_tower
from vitatlas.errors import UserError
from vitatlas.images.world.prompts import prompts
from vitatlas.jobs.job import parse

FEATURES = {
    "place": {"attribute": "location", "texts": ["sea", "desert", "city"]},
    "pattern": {"attribute": "pattern", "texts": ["striped", "plain"]},
}


def made(folder: Path, features: dict[str, Any] = FEATURES, **changes: Any) -> Path:
    spec = {
        "encoder": {"name": "clip", "run": 0, "model": ENTRY.model_dump(mode="json"), "weights_seed": 0},
        **{"features": features, "classes": False, "small": SIZES.model_dump(), "compute": {}},
    }
    inputs = ["--input", "weights", str(saved_clip(folder / "clip.safetensors"))]
    output = ["--output", "table", str(folder / "texts.parquet"), "--spec", json.dumps(spec | changes)]
    texts(parse(TextsSpec, [*inputs, *output]))
    return folder / "texts.parquet"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, torch.Tensor]]:
    return load_texts(made(tmp_path_factory.mktemp("texts")))


def test_features_and_texts_keep_their_order(found: dict[str, dict[str, torch.Tensor]]) -> None:
    """It counts: scores are taken on a basis that is made of texts one by one."""
    assert {name: list(rows) for name, rows in found.items()} == {
        name: feature["texts"] for name, feature in FEATURES.items()
    }


@torch.no_grad()
def test_a_vector_is_the_mean_over_its_prompts_at_unit_length(
    found: dict[str, dict[str, torch.Tensor]], tmp_path: Path
) -> None:
    tower = text_tower(ENTRY, SIZES, saved_clip(tmp_path / "clip.safetensors"), SEED)
    for name, attribute in (("place", "location"), ("pattern", "pattern")):
        for text, vector in found[name].items():
            mean = tower(prompts(attribute)[text]).mean(0)
            torch.testing.assert_close(vector, mean / mean.norm(), rtol=1e-4, atol=1e-5)


def test_vectors_of_a_feature_are_stacked_all_or_the_first(found: dict[str, dict[str, torch.Tensor]]) -> None:
    whole = stacked(found, "place")
    assert whole.shape == (3, ENTRY.encoder.projection)
    assert torch.equal(stacked(found, "place", 2), whole[:2])
    assert torch.equal(whole[1], found["place"]["desert"])


def test_an_unknown_feature_is_refused_with_a_near_one(found: dict[str, dict[str, torch.Tensor]]) -> None:
    with pytest.raises(UserError, match="patern") as refused:
        stacked(found, "patern")
    assert "pattern" in str(refused.value)


def test_a_text_that_is_no_value_of_its_attribute_is_refused(tmp_path: Path) -> None:
    wrong = {"place": {"attribute": "location", "texts": ["sea", "dessert"]}}
    with pytest.raises(UserError, match="dessert") as refused:
        made(tmp_path, wrong)
    assert "desert" in str(refused.value) and "'place'" in str(refused.value)


def test_a_model_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'clip' has no text tower"):
        made(tmp_path, small=None)


@pytest.mark.parametrize("texts_given", [["sea"], ["sea", "sea"]])
def test_a_feature_needs_two_texts_none_of_them_twice(texts_given: list[str]) -> None:
    with pytest.raises(ValueError, match="texts"):
        Feature(attribute="location", texts=texts_given)

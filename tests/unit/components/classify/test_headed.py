"""Encoders with a head, and the classes of pictures."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import torch
from decomposed import encoder, images_of

from vitatlas.components.classify.headed import classes_of, with_head
from vitatlas.errors import UserError
from vitatlas.models.weights import save_safetensors


def test_the_head_of_a_file_takes_the_place_of_the_own_one(tmp_path: Path) -> None:
    save_safetensors(tmp_path / "head.safetensors", {"weight": torch.ones(5, 24), "bias": torch.arange(5.0)}, {})
    found = with_head(encoder("vit", dtype=torch.float32), [tmp_path / "head.safetensors"])
    logits = found.logits(images_of(found))
    torch.testing.assert_close(logits - logits[:, :1], torch.arange(5.0).expand(2, 5), rtol=0, atol=1e-4)


def test_an_encoder_keeps_its_own_head_without_a_file() -> None:
    assert with_head(encoder("vit", dtype=torch.float32), []).classifier is None


def test_an_encoder_without_any_head_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has no classification head"):
        with_head(encoder("dino", dtype=torch.float32), [])
    save_safetensors(tmp_path / "head.safetensors", {"weight": torch.ones(5, 9), "bias": torch.zeros(5)}, {})
    with pytest.raises(UserError, match="reads vectors of width 9"):
        with_head(encoder("dino", dtype=torch.float32), [tmp_path / "head.safetensors"])


def test_classes_are_places_among_the_values_or_labels_of_an_index() -> None:
    scenes = pd.DataFrame({"picture": ["a", "b"], "category": ["cat", "swan"]})
    assert classes_of(scenes, "category", ["swan", "cat"], "key").tolist() == [1, 0]
    brought = pd.DataFrame({"picture": ["a", "b"], "label": [7, 3]})
    assert classes_of(brought, "category", ["swan"], "key").tolist() == [7, 3]


@pytest.mark.parametrize(
    ("columns", "match"),
    [
        ({"category": ["cat", "duck"]}, "the picture 'b' is of none of the classes"),
        ({"label": [4, -1]}, "the picture 'b' is of none of the classes"),
        ({}, "nothing is known of the classes"),
    ],
)
def test_pictures_without_a_class_are_refused(columns: dict[str, list[object]], match: str) -> None:
    with pytest.raises(UserError, match=match) as caught:
        classes_of(pd.DataFrame({"picture": ["a", "b"], **columns}), "category", ["cat"], "segmentation.pictures")
    assert "segmentation.pictures" in str(caught.value.where)

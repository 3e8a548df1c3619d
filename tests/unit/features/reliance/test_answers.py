"""Answers to pictures shown in several ways, and the classes that they are held against."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import torch
from encoder_kinds import encoder_entry, pictures
from planted_reliance import TensorPictures, answered
from torch.nn.functional import cross_entropy

from vitatlas.errors import UserError
from vitatlas.features.reliance.answers import LOSS, RANK, ranks
from vitatlas.features.reliance.classes import classes_of, logit_count
from vitatlas.features.reliance.conditions import filterings
from vitatlas.features.reliance.frequencies import LowPassed
from vitatlas.models.encoder import build_encoder

CPU = torch.device("cpu")
CLASSES = torch.tensor([3, 0, 6, 1, 2, 5, 4])


def stimuli() -> LowPassed:
    return LowPassed(TensorPictures(pictures(32, 7)), filterings((0.1, 0.5), 32), CPU)


@torch.no_grad()
def test_answers_are_rank_and_cross_entropy_of_the_true_class(tmp_path: Path) -> None:
    encoder = build_encoder(encoder_entry("vit"), seed=0).eval()
    found = answered(stimuli(), encoder.logits, CLASSES, tmp_path)
    assert found.shape == (7, 5, 2) and logit_count(encoder) == 7
    shown = list(next(stimuli().batches(7)))
    for column, images in enumerate(shown):
        logits = encoder.logits(images)
        torch.testing.assert_close(found[:, column, LOSS], cross_entropy(logits, CLASSES, reduction="none"))
        places = logits.argsort(1, descending=True) == CLASSES[:, None]
        assert found[:, column, RANK].tolist() == places.int().argmax(1).tolist()


def test_who_always_says_the_same_is_right_as_often_as_who_guesses() -> None:
    assert ranks(torch.zeros(4, 4), torch.arange(4)).tolist() == [0, 1, 2, 3]


def test_a_logit_that_is_not_finite_is_told_with_its_picture(tmp_path: Path) -> None:
    def logits(images: torch.Tensor) -> torch.Tensor:
        found = torch.zeros(len(images), 7)
        found[-1, 2] = float("nan")
        return found

    with pytest.raises(UserError, match="picture 'picture/4', shown as full, is not finite"):
        answered(stimuli(), logits, CLASSES, tmp_path)


def test_an_encoder_without_a_head_is_refused() -> None:
    with pytest.raises(UserError, match="no classification head"):
        logit_count(build_encoder(encoder_entry("dino"), seed=0).eval())


def test_classes_are_values_of_an_attribute_or_labels() -> None:
    table = pd.DataFrame({"picture": ["a", "b"], "category": ["cat", "bird"], "label": [1, 0]})
    assert classes_of(table, "category", ["bird", "cat"], 2, "one").tolist() == [1, 0]
    assert classes_of(table, "nothing", [], 2, "one").tolist() == [1, 0]


@pytest.mark.parametrize(
    ("table", "classes", "match"),
    [
        ({"category": ["cat", "bird"]}, ["cat", "bird"], "tells 3 classes apart, and 'category' has 2"),
        ({"category": ["cat", "bird"]}, ["cat", "car", "mug"], "picture 'b' is of none"),
        ({"label": [2, 3]}, [], "picture 'b' is of none of the encoder's 3 classes"),
        ({"label": [-1, 3]}, [], "picture 'a' is of none"),
        ({}, [], "nothing is known of the classes"),
    ],
)
def test_classes_that_the_encoder_has_not_are_refused(table: dict, classes: list[str], match: str) -> None:
    with pytest.raises(UserError, match=match):
        classes_of(pd.DataFrame({"picture": ["a", "b"], **table}), "category", classes, 3, "one")

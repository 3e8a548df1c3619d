"""Heads that tell classes by z."""

from __future__ import annotations

import pytest
import torch

from vitatlas.components.config.uses import HeadTraining
from vitatlas.components.removal.head import trained_head, zero_shot_head
from vitatlas.errors import UserError

TRAINING = HeadTraining(learning_rate=0.05, epochs=20, batch=16)


def data(count: int = 200) -> tuple[torch.Tensor, torch.Tensor]:
    z = torch.randn(count, 5, generator=torch.Generator().manual_seed(0))
    return z, (z[:, 1] + 0.5 > 0).long()


def test_a_trained_head_finds_the_classes_of_other_pictures() -> None:
    z, classes = data()
    head = trained_head(z[:100], classes[:100], 2, TRAINING, seed=0)
    assert (head(z[100:]).argmax(1) == classes[100:]).float().mean() > 0.9
    assert not any(parameter.requires_grad for parameter in head.parameters())


def test_a_head_depends_on_its_seed_and_on_nothing_else() -> None:
    z, classes = data()
    torch.manual_seed(1)
    first = trained_head(z, classes, 2, TRAINING, seed=3)
    torch.manual_seed(2)
    again, other = (trained_head(z, classes, 2, TRAINING, seed=seed) for seed in (3, 4))
    assert torch.equal(first.weight, again.weight) and not torch.equal(first.weight, other.weight)


def test_settings_of_training_count() -> None:
    z, classes = data()
    weights = [
        trained_head(z, classes, 2, TRAINING.model_copy(update=change), seed=0).weight
        for change in ({}, {"learning_rate": 0.01}, {"epochs": 5}, {"batch": 200}, {"weight_decay": 0.1})
    ]
    assert all(not torch.equal(weights[0], other) for other in weights[1:])


def test_a_zero_shot_head_is_the_product_with_the_names() -> None:
    texts = {"finch": torch.tensor([1.0, 0.0]), "duck": torch.tensor([0.0, 1.0]), "sea": torch.tensor([0.6, 0.8])}
    head = zero_shot_head(texts, ["duck", "finch"])
    z = torch.tensor([[3.0, 1.0]])
    assert head(z).tolist() == [[1.0, 3.0]]


def test_a_class_whose_name_is_no_text_is_refused() -> None:
    with pytest.raises(UserError, match="text 'duck'"):
        zero_shot_head({"ducks": torch.ones(2)}, ["duck"])

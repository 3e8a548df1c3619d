"""The two passes over pictures."""

from __future__ import annotations

import pytest
import torch
from decomposed import images_of, shared
from torch import Tensor

from vitatlas.components.ablation.head import logits_of
from vitatlas.components.ablation.order import order_from
from vitatlas.components.ablation.passes import means_of, right_at_steps
from vitatlas.components.decompose import Decomposer

KINDS = ("vit", "swin", "maxvit")
COUNT = 9


@pytest.fixture(params=KINDS)
def of(request: pytest.FixtureRequest) -> Decomposer:
    return Decomposer(shared(request.param), together=True)


def guessed(of: Decomposer, images: Tensor) -> Tensor:
    return logits_of(of.encoder, of(images)[0]).argmax(1)


def counts(of: Decomposer, images: Tensor, classes: Tensor, size: int) -> list[list[int]]:
    orders = [order_from(start, of.components) for start in ("last", "first")]
    means = means_of(of, images.split(size))
    return [found.tolist() for found in right_at_steps(of, images.split(size), classes, means, orders)]


def test_layers_have_their_means_and_these_sum_to_the_mean_of_z(of: Decomposer) -> None:
    images = images_of(of.encoder, COUNT)
    z, vectors = of(images)
    means = means_of(of, images.split(4))
    torch.testing.assert_close(means[1:], vectors[:, 1 : len(means)].mean(0), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(means.sum(0), z.mean(0), rtol=1e-11, atol=1e-11)


def test_with_nothing_at_its_mean_classes_are_the_encoders(of: Decomposer) -> None:
    images = images_of(of.encoder, COUNT)
    for found in counts(of, images, of.encoder.logits(images).argmax(1), COUNT):
        assert found[0] == COUNT


def test_with_all_at_their_means_all_pictures_get_one_class(of: Decomposer) -> None:
    images = images_of(of.encoder, COUNT)
    one = logits_of(of.encoder, of(images)[0].mean(0, keepdim=True)).argmax(1)
    for found in counts(of, images, one.expand(COUNT), COUNT):
        assert found[-1] == COUNT


def test_both_orders_meet_where_all_layers_are_at_their_means(of: Decomposer) -> None:
    images = images_of(of.encoder, COUNT)
    last, first = counts(of, images, torch.arange(COUNT) % 5, COUNT)
    assert last[0] == first[0] and last[-1] == first[-1] and len(last) == len(first) == len(of.writes) + 2


def test_batches_change_nothing(of: Decomposer) -> None:
    images = images_of(of.encoder, COUNT)
    classes = guessed(of, images)
    assert counts(of, images, classes, 2) == counts(of, images, classes, COUNT)


def test_a_step_is_the_sum_with_these_layers_at_their_means() -> None:
    of = Decomposer(shared("vit"), together=True)
    images = images_of(of.encoder, COUNT)
    _, vectors = of(images)
    replaced = ["init", "bias", "block.2.mlp", "block.2.attention"]
    numbers = [number for number, component in enumerate(of.components) if component.name in replaced]
    vectors[:, numbers] = vectors[:, numbers].mean(0)
    wanted = logits_of(of.encoder, vectors.sum(1)).argmax(1)
    last, _ = counts(of, images, wanted, COUNT)
    assert last[3] == COUNT and last[3] > last[-1]

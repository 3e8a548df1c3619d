"""Total variation and the loss."""

from __future__ import annotations

import math

import pytest
import torch

from vitatlas.features.visualise.measures import high_frequency
from vitatlas.features.visualise.objective import losses
from vitatlas.features.visualise.tv import total_variation


def test_total_variation_of_a_constant_picture_is_nothing_with_a_finite_gradient() -> None:
    picture = torch.full((2, 3, 9, 9), 0.7, requires_grad=True)
    found = total_variation(picture)
    found.sum().backward()
    assert found.max() <= 4.1e-6 and picture.grad is not None and picture.grad.abs().max() == 0


def test_total_variation_of_a_step_is_that_of_the_formula() -> None:
    picture = torch.zeros(1, 3, 7, 10)
    picture[..., 4:] = 1.0
    # every row has one step, and every diagonal that crosses the edge
    assert total_variation(picture).item() == pytest.approx(math.sqrt(7) + 2 * math.sqrt(6), rel=1e-5)


@pytest.mark.parametrize(("side", "expected"), [(224, 364), (384, 626)])
def test_total_variation_of_uniform_noise_grows_as_the_side(side: int, expected: float) -> None:
    picture = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0))
    assert total_variation(picture).item() == pytest.approx(expected, rel=0.01)


def test_one_copy_without_weight_is_the_plain_mean() -> None:
    means = torch.tensor([[0.3], [2.0]])
    found = losses(means, torch.tensor([9.0, 9.0]), torch.zeros(2), "corrected", 16)
    assert torch.equal(found, -means[:, 0])


def test_the_reference_s_objective_is_the_true_mean_over_the_copies_and_the_paper_s_the_sum() -> None:
    maps = torch.rand(8, 16, generator=torch.Generator().manual_seed(0))
    means = maps.mean(1)[None]
    reference = losses(means, torch.ones(1), torch.zeros(1), "reference", 16)
    # the mean of a matrix [B, B] that has the copies' means on its diagonal
    assert reference.item() == pytest.approx(-torch.diag(means[0]).mean().item(), rel=1e-6)
    assert reference.item() == pytest.approx(-means.mean().item() / 8, rel=1e-6)
    paper = losses(means, torch.ones(1), torch.zeros(1), "paper", 16)
    assert paper.item() == pytest.approx(-maps.sum().item(), rel=1e-6)


@pytest.mark.parametrize("objective", ["corrected", "paper", "reference"])
@pytest.mark.parametrize("copies", [1, 3, 8])
def test_the_weight_means_the_same_for_every_objective_and_number_of_copies(objective: str, copies: int) -> None:
    mean, variation = torch.tensor([0.3], requires_grad=True), torch.tensor([9.0], requires_grad=True)
    losses(mean[:, None].expand(-1, copies), variation, torch.tensor([0.02]), objective, 16).sum().backward()
    assert (variation.grad / -mean.grad).item() == pytest.approx(0.02)


def test_the_share_of_high_frequencies_of_waves_of_constants_and_of_noise() -> None:
    places = torch.arange(32)
    low, high = (torch.cos(2 * math.pi * cycles * places / 32).expand(1, 3, 32, 32) for cycles in (7, 9))
    assert high_frequency(low).item() == pytest.approx(0, abs=1e-9)
    assert high_frequency(high + 3).item() == pytest.approx(1)
    assert high_frequency(torch.cat([torch.full_like(low, 0.3), low + high])).tolist() == pytest.approx([0, 0.5])
    noise = torch.rand(4, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    assert high_frequency(noise).mean().item() == pytest.approx(1 - math.pi * 0.25**2, abs=0.01)

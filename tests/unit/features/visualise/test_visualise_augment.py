"""Colour shifts, rolls and noise: their laws, and where their draws come from."""

from __future__ import annotations

import math

import pytest
import torch

from vitatlas.features.config.visualise import PRESETS, VisualiseProtocol, VisualiseSettings
from vitatlas.features.visualise.augment import Augmentations, colour_shift
from vitatlas.features.visualise.roll import rolled
from vitatlas.features.visualise.schedule import learning_rate, noise_strength

SIDE = 24
GREY = torch.full((1, 3, SIDE, SIDE), 0.5)
STILL = {"mu": 0.0, "log_sigma": 0.0, "noise": 0.0, "jitter": 0}


def augmentations(
    seeds: list[int] | None = None, like: torch.Tensor = GREY, protocol: VisualiseProtocol | None = None, **settings
) -> Augmentations:
    given = VisualiseSettings(**{"steps": 4, "copies": 5, **settings})
    return Augmentations(seeds or [1], given, protocol or VisualiseProtocol(), SIDE, like)


def test_colour_shifts_are_even_in_mu_and_in_the_logarithm_of_sigma() -> None:
    augment = augmentations(steps=1, copies=100_000, noise=0.0, jitter=0)
    sigma, mu = augment._factors.flatten(), augment._offsets.flatten()
    assert mu.mean() == pytest.approx(0, abs=0.01) and mu.std() == pytest.approx(3**-0.5, abs=0.01)
    assert sigma.mean() == pytest.approx(math.sinh(1), abs=0.01)
    assert sigma.std() == pytest.approx((math.sinh(2) / 2 - math.sinh(1) ** 2) ** 0.5, abs=0.01)
    assert sigma.min() > math.exp(-1) - 1e-6 and sigma.max() < math.e + 1e-5


def test_shifts_are_of_each_channel_copy_and_step() -> None:
    offsets = augmentations()._offsets
    assert offsets.shape == (4, 1, 5, 3) and offsets.unique().numel() == 60


def test_the_reference_s_shift_is_the_paper_s_of_other_numbers() -> None:
    uniform = 2 * torch.rand(7, 2, 3, generator=torch.Generator().manual_seed(0)) - 1
    sigma, mu = colour_shift(uniform, VisualiseSettings(), "corrected")
    factors, offsets = colour_shift(uniform, VisualiseSettings(), "reference")
    x = torch.rand(7, 3)
    assert torch.allclose(factors * x + offsets, (x - mu) / sigma, atol=1e-6)
    assert torch.allclose(factors, 1 / sigma) and torch.allclose(offsets, -mu / sigma)


def test_rolling_there_and_back_is_the_identity_and_a_roll_is_torch_s() -> None:
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(2, 3, SIDE, SIDE, generator=generator)
    shifts = torch.randint(-SIDE, SIDE, (2, 4, 2), generator=generator)
    copies = rolled(images, shifts)
    for number in range(2):
        for copy in range(4):
            expected = images[number].roll(tuple(shifts[number, copy].tolist()), (1, 2))
            assert torch.equal(copies[number, copy], expected)
    back = rolled(copies.flatten(0, 1), -shifts.flatten(0, 1)[:, None])
    assert torch.equal(back.unflatten(0, (2, 4))[:, :, 0], images[:, None].expand(-1, 4, -1, -1, -1))


def test_the_gradient_of_a_roll_is_that_of_a_linear_map() -> None:
    images = torch.rand(2, 3, 5, 5, dtype=torch.float64, requires_grad=True)
    shifts = torch.randint(-4, 5, (2, 3, 2), generator=torch.Generator().manual_seed(1))
    assert torch.autograd.gradcheck(lambda x: rolled(x, shifts), [images])


@pytest.mark.parametrize("law", ["corrected", "reference"])
def test_jitter_is_of_each_copy_or_of_all_together(law: str) -> None:
    shifts = augmentations(copies=40, protocol=VisualiseProtocol(jitter=law))._shifts
    assert shifts.abs().max() == 2  # a twelfth of 24
    assert (len(shifts[0, 0].unique(dim=0)) == 1) == (law == "reference")
    assert len(shifts[:, 0, 0].unique(dim=0)) > 1


@pytest.mark.parametrize(("side", "most"), [(384, 32), (224, 19), (64, 5)])
def test_the_jitter_is_a_twelfth_of_the_side_unless_given(side: int, most: int) -> None:
    assert VisualiseSettings().jitter_of(side) == most
    assert VisualiseSettings(jitter=0).jitter_of(side) == 0


def test_noise_falls_to_nothing_and_in_the_reference_comes_back() -> None:
    assert [noise_strength("corrected", 0.5, step, 400) for step in (0, 200, 400)] == [0.5, 0.25, 0]
    assert {noise_strength("paper", 0.5, step, 400) for step in (0, 200, 399)} == {1.0}
    remaining = [noise_strength("reference", 0.5, step, 400) / 0.5 * 400 for step in (0, 1, 398, 399)]
    assert remaining == pytest.approx([398, 397, 0, 399])


def test_noise_has_its_strength_in_every_pixel_or_in_every_channel() -> None:
    for preset, strengths in (("corrected", [0.5, 0.25]), ("paper", [1.0, 1.0]), ("reference", [0.0, 0.25])):
        settings = STILL | {"noise": 0.5, "copies": 400, "steps": 2}
        augment = augmentations(protocol=VisualiseProtocol(noise=preset), **settings)
        for step, strength in enumerate(strengths):
            noise = augment(GREY, step) - 0.5
            assert noise.std() == pytest.approx(strength, rel=0.05, abs=1e-6)
            within = noise.std(dim=(-2, -1)).mean()
            assert within == pytest.approx(0 if preset == "reference" else strength, rel=0.05, abs=1e-6)


def test_without_strengths_copies_are_the_picture_and_without_augmentation_there_is_one() -> None:
    picture = torch.rand(2, 3, SIDE, SIDE)
    still = augmentations([1, 2], **STILL)(picture, 0)
    assert torch.equal(still, picture[:, None].expand(-1, 5, -1, -1, -1))
    assert torch.equal(augmentations([1, 2], augmented=False)(picture, 0), picture[:, None])


@pytest.mark.parametrize("preset", PRESETS)
def test_draws_are_of_the_feature_alone(preset: str) -> None:
    picture, protocol = torch.rand(3, 3, SIDE, SIDE), PRESETS[preset]
    together = augmentations([5, 6, 7], protocol=protocol)
    alone = augmentations([6], protocol=protocol)
    alone(picture[:1], 0)
    torch.manual_seed(9)
    for step in (3, 1):  # in any order
        assert torch.equal(together(picture, step)[1], alone(picture[1:2], step)[0])
        assert not torch.allclose(together(picture[:1].expand(3, -1, -1, -1), step)[0], alone(picture[:1], step)[0])


def test_a_switch_changes_no_other_draw_and_nothing_touches_the_global_generator() -> None:
    state = torch.get_rng_state()
    one, other = augmentations(), augmentations(protocol=PRESETS["paper"])
    assert torch.equal(one._shifts, other._shifts) and torch.equal(one._offsets, other._offsets)
    one(GREY, 0)
    assert torch.equal(state, torch.get_rng_state())


def test_the_learning_rate_falls_as_half_a_cosine() -> None:
    assert [learning_rate(0.1, step, 80) for step in (0, 40, 80)] == pytest.approx([0.1, 0.05, 0])

"""Identities of total variation, rolls, shifts and losses, for any picture."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.features.config.visualise import PRESETS, VisualiseSettings
from vitatlas.features.visualise.augment import Augmentations, colour_shift
from vitatlas.features.visualise.measures import high_frequency
from vitatlas.features.visualise.objective import losses
from vitatlas.features.visualise.roll import rolled
from vitatlas.features.visualise.schedule import learning_rate, noise_strength
from vitatlas.features.visualise.tv import total_variation

SEEDS = st.integers(0, 2**31)


@st.composite
def pictures(draw: st.DrawFn) -> torch.Tensor:
    """One or two pictures of any small size, float64."""
    size = draw(st.integers(1, 2)), 3, draw(st.integers(2, 9)), draw(st.integers(2, 9))
    return torch.rand(size, dtype=torch.float64, generator=torch.Generator().manual_seed(draw(SEEDS)))


@given(pictures(), st.floats(-20, 20).filter(lambda factor: abs(factor) > 1e-3), st.floats(-3, 3))
def test_total_variation_scales_with_contrast_and_not_with_brightness(
    images: torch.Tensor, factor: float, offset: float
) -> None:
    offsets = offset * torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)[:, None, None]
    found = total_variation(factor * images + offsets)
    assert torch.allclose(found, abs(factor) * total_variation(images), rtol=1e-4)


@given(pictures())
def test_total_variation_does_not_change_with_mirrors_and_is_of_each_picture(images: torch.Tensor) -> None:
    found = total_variation(images)
    for turned in (images.flip(2), images.flip(3), images.transpose(2, 3)):
        assert torch.allclose(total_variation(turned), found)
    assert torch.allclose(torch.cat([total_variation(one[None]) for one in images]), found)


@given(pictures(), st.integers(1, 8))
def test_a_roll_changes_total_variation_only_at_the_seam(images: torch.Tensor, by: int) -> None:
    """The squared horizontal differences, with those across the seam, are the same."""
    images = torch.cat([images, images[..., :1]], dim=3)  # so that the seam has no difference of its own
    ring = images[..., :-1]
    closed = [torch.cat([one, one[..., :1]], dim=3) for one in (ring, ring.roll(by, 3))]
    first, second = (one.diff(dim=3).square().sum(dim=(2, 3)) for one in closed)
    assert torch.allclose(first, second)
    rows = [one[..., :-1].diff(dim=2).square().sum(dim=(2, 3)) for one in closed]
    assert torch.allclose(*rows)


@given(st.integers(2, 9), st.integers(1, 4), SEEDS)
def test_a_roll_keeps_all_values_and_its_inverse_undoes_it(side: int, copies: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    images = torch.rand(2, 3, side, side, generator=generator)
    shifts = torch.randint(-side + 1, side, (2, copies, 2), generator=generator)
    moved = rolled(images, shifts)
    assert torch.equal(
        moved.flatten(3).sort(3).values, images.flatten(2).sort(2).values[:, None].expand(-1, copies, -1, -1)
    )
    back = rolled(moved.flatten(0, 1), -shifts.flatten(0, 1)[:, None])[:, 0]
    assert torch.equal(back, images.repeat_interleave(copies, 0))


@given(SEEDS, st.floats(0, 3), st.floats(0, 5))
def test_the_two_laws_of_colour_shifts_undo_each_other(seed: int, mu: float, log_sigma: float) -> None:
    uniform = 2 * torch.rand(4, 2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) - 1
    strengths = VisualiseSettings(mu=mu, log_sigma=log_sigma)
    (factors, offsets), (others, away) = (colour_shift(uniform, strengths, law) for law in ("corrected", "reference"))
    x = torch.rand(4, 3, dtype=torch.float64)
    assert torch.allclose(others * (factors * x + offsets) + away, x)
    assert (factors > 0).all()


@settings(max_examples=25)
@given(SEEDS, st.sampled_from(sorted(PRESETS)), st.integers(1, 4), st.integers(0, 3))
def test_copies_are_the_rolled_picture_shifted_plus_what_does_not_depend_on_it(
    seed: int, preset: str, copies: int, step: int
) -> None:
    """Affine in the picture: the second difference of three pictures on a line is nothing."""
    line = torch.rand(2, 3, 8, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    strengths = VisualiseSettings(copies=copies, steps=4, jitter=3)
    augment = Augmentations([seed], strengths, PRESETS[preset], 8, line)
    first, middle, last = (augment(one[None], step) for one in (line[0], line.mean(0), line[1]))
    assert torch.allclose(first + last, 2 * middle)


@given(st.integers(1, 500), st.data())
def test_schedules_stay_between_their_ends(steps: int, data: st.DataObject) -> None:
    step = data.draw(st.integers(0, steps - 1))
    assert 0 < learning_rate(0.1, step, steps) <= 0.1
    assert learning_rate(0.1, step, steps) > learning_rate(0.1, step + 1, steps)
    assert 0 < noise_strength("corrected", 0.5, step, steps) <= 0.5
    assert 0 <= noise_strength("reference", 0.5, step, steps) < 0.5


@given(st.lists(st.floats(-1, 5), min_size=1, max_size=6), st.floats(0, 1), st.floats(0, 99), st.integers(1, 500))
def test_all_objectives_order_pictures_alike(means: list[float], weight: float, variation: float, patches: int) -> None:
    given_means = torch.tensor([means], dtype=torch.float64)
    one = torch.tensor([variation], dtype=torch.float64), torch.tensor([weight], dtype=torch.float64)
    plain, total, reference = (losses(given_means, *one, name, patches) for name in ("corrected", "paper", "reference"))
    assert total.item() == pytest.approx(plain.item() * len(means) * patches)
    assert reference.item() == pytest.approx(plain.item() / len(means))


@given(pictures(), st.floats(0.1, 3), st.floats(-2, 2))
def test_the_share_of_high_frequencies_knows_neither_contrast_nor_brightness(
    images: torch.Tensor, factor: float, offset: float
) -> None:
    found = high_frequency(images)
    assert ((found >= 0) & (found <= 1)).all()
    assert torch.allclose(high_frequency(factor * images + offset), found)

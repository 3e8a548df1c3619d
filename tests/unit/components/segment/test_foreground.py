from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.components.segment.floors import floors
from vitatlas.components.segment.foreground import clipped, enlarged, scaled

SEEDS = st.integers(0, 2**31 - 1)
laws = settings(max_examples=40, deadline=None)


def drawn(seed: int) -> torch.Tensor:
    return torch.randn(2, 5, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def test_clipping_takes_the_mean_of_the_clipped_map() -> None:
    """Mean 1 of the clipped map, not .25 of the map: 0.5 is no object."""
    found = clipped(torch.tensor([[-3.0, 0.5], [0.5, 3.0]]))
    torch.testing.assert_close(found.saliency, torch.tensor([[0.0, 1 / 6], [1 / 6, 1.0]]))
    assert found.foreground.tolist() == [[False, False], [False, True]]


def test_scaling_takes_the_mean_of_the_whole_map() -> None:
    found = scaled(torch.tensor([[-3.0, 0.5], [0.5, 3.0]]))
    torch.testing.assert_close(found.saliency, torch.tensor([[0.0, 3.5 / 6], [3.5 / 6, 1.0]]))
    assert found.foreground.tolist() == [[False, True], [True, True]]


@laws
@given(SEEDS, st.floats(0.1, 50))
def test_neither_rule_knows_the_unit(seed: int, unit: float) -> None:
    maps = drawn(seed)
    for rule in (clipped, scaled):
        one, other = rule(maps), rule(unit * maps)
        torch.testing.assert_close(one.saliency, other.saliency)
        assert torch.equal(one.foreground, other.foreground)


@laws
@given(SEEDS, st.floats(-9, 9))
def test_scaling_does_not_know_the_zero_and_clipping_does(seed: int, shift: float) -> None:
    maps = drawn(seed)
    assert torch.equal(scaled(maps).foreground, scaled(maps + shift).foreground)
    assert not torch.equal(clipped(maps).saliency, clipped(maps + 1).saliency)


@laws
@given(SEEDS)
def test_pictures_have_rules_of_their_own(seed: int) -> None:
    maps = drawn(seed)
    maps[1] *= 100
    for rule in (clipped, scaled):
        assert torch.equal(rule(maps).foreground[0], rule(maps[0]).foreground)
        assert torch.equal(rule(maps).saliency[1], rule(maps[1]).saliency)


@pytest.mark.parametrize("value", [-1.0, 0.0, 0.3])
def test_a_constant_map_takes_nothing_for_the_object(value: float) -> None:
    for rule in (clipped, scaled):
        found = rule(torch.full((7, 5), value))
        assert not found.foreground.any() and found.saliency.isfinite().all()


def test_maps_are_enlarged_between_the_centres_of_patches() -> None:
    found = enlarged(torch.tensor([[[0.0, 4.0]]]), (2, 8))
    expected = [0.0, 0.0, 0.5, 1.5, 2.5, 3.5, 4.0, 4.0]
    torch.testing.assert_close(found, torch.tensor([[expected, expected]]))


def test_every_floor_is_of_the_pictures_size_and_chance_is_of_the_seed() -> None:
    first, again, other = (floors((30, 40), torch.Generator().manual_seed(seed)) for seed in (0, 0, 1))
    assert list(first) == ["everything", "centre", "random"]
    for name, found in first.items():
        assert found.saliency.shape == found.foreground.shape == (30, 40)
        assert torch.equal(found.saliency, again[name].saliency)
        assert torch.equal(found.saliency, other[name].saliency) == (name != "random")
    assert first["everything"].foreground.all()
    assert 0.45 < float(first["random"].foreground.double().mean()) < 0.55


def test_the_centred_blob_is_an_ellipse_in_the_middle() -> None:
    blob = floors((60, 120), torch.Generator())["centre"].foreground
    assert torch.equal(blob, blob.flip(0)) and torch.equal(blob, blob.flip(1))
    assert float(blob.double().mean()) == pytest.approx(torch.pi / 6, abs=0.01)
    assert blob[30, 60] and not blob[0].any() and not blob[:, 0].any()
    assert int(blob[30].sum()) == pytest.approx(2 * int(blob[:, 60].sum()), abs=2)

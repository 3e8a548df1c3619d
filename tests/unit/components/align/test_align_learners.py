"""Maps before the first step, and what is done to them in each."""

from __future__ import annotations

import math

import pytest
import torch
from align_pairs import SHAPES, planted

from vitatlas.components.align.config import Alignment
from vitatlas.components.align.isometry import isometry_penalty, reference_penalty
from vitatlas.components.align.learners import Orthogonal, make_learner
from vitatlas.components.align.procrustes import procrustes
from vitatlas.components.align.train import mean_distance


def test_initial_entries_have_the_spread() -> None:
    pairs = planted(2, 10, 64, 32)
    entries = make_learner("free", Alignment(), pairs, 0).stack
    assert entries.std().item() == pytest.approx(0.55 / math.sqrt(64), rel=0.05)
    wide = make_learner("free", Alignment(initial_spread=0.3), pairs, 0).stack
    torch.testing.assert_close(wide * (0.55 / math.sqrt(64) / 0.3), entries)
    assert not torch.equal(make_learner("free", Alignment(), pairs, 1).stack, entries)


def test_methods_without_a_rotation_start_from_the_same_maps() -> None:
    pairs = planted(2, 3, 6, 9)
    free, penalised = (make_learner(method, Alignment(), pairs, 7) for method in ("free", "compalign"))
    assert torch.equal(free.stack, penalised.stack) and torch.equal(free.bias, penalised.bias)
    assert make_learner("single", Alignment(), pairs, 7).stack.shape == (1, 6, 9)
    assert make_learner("single", Alignment(), pairs, 7).maps().components == 3


@pytest.mark.parametrize(("width", "text_width"), SHAPES)
def test_the_penalty_is_the_configured_one(width: int, text_width: int) -> None:
    pairs = planted(2, 3, width, text_width)
    corrected = make_learner("compalign", Alignment(penalty_weight=3), pairs, 0)
    reference = make_learner("compalign", Alignment(penalty="reference"), pairs, 0)
    assert (corrected.weight, reference.weight) == (3, 1)
    assert torch.equal(corrected.penalty(), isometry_penalty(corrected.stack))
    assert torch.equal(reference.penalty(), reference_penalty(corrected.stack))
    assert make_learner("free", Alignment(), pairs, 0).penalty() == 0


@pytest.mark.parametrize("scale", [0.01, 50.0])
@pytest.mark.parametrize(("width", "text_width"), SHAPES)
def test_tied_maps_start_as_the_rotation_whatever_the_size_of_representations(
    width: int, text_width: int, scale: float
) -> None:
    pairs = planted(200, 3, width, text_width, noise=0.5)
    pairs.contributions[:] = scale * (pairs.contributions + 1)
    learner = make_learner("tied", Alignment(), pairs, 0)
    maps, rotation = learner.maps(), procrustes(pairs)
    assert mean_distance(maps, pairs) == pytest.approx(mean_distance(rotation.maps(3), pairs), abs=1e-6)
    torch.testing.assert_close(maps.each[1], rotation.turn.float())
    assert isometry_penalty(maps.weights) < 1e-10 and learner.penalty() == 0


def test_the_departure_of_tied_maps_is_penalised() -> None:
    learner = make_learner("tied", Alignment(tied_weight=0.3), planted(200, 3, 6, 9), 0)
    departures = torch.randn(3, 6, 9, generator=torch.Generator().manual_seed(0))
    learner.stack.data += departures
    norms = [departures[i].norm().item() ** 2 for i in range(3)]
    assert learner.penalty().item() == pytest.approx(sum(norms) / 3 / 6, rel=1e-6) and learner.weight == 0.3
    torch.testing.assert_close(learner.maps().weights, learner.turn + departures)


@pytest.mark.parametrize(("width", "text_width"), SHAPES)
def test_orthogonal_maps_start_as_isometries_and_return_to_them(width: int, text_width: int) -> None:
    learner = make_learner("orthogonal", Alignment(), planted(2, 3, width, text_width), 0)
    assert isinstance(learner, Orthogonal) and not learner.decays
    assert isometry_penalty(learner.stack) < 1e-11
    generator = torch.Generator().manual_seed(1)
    learner.stack.grad = torch.randn(learner.stack.shape, generator=generator)
    before, plain = learner.stack.detach().clone(), learner.stack.grad.clone()
    learner.before_step()
    assert not torch.allclose(learner.stack.grad, plain)
    learner.stack.data -= 0.05 * learner.stack.grad
    assert isometry_penalty(learner.stack) > 1e-8
    learner.after_step()
    assert isometry_penalty(learner.stack) < 1e-11 and not torch.allclose(learner.stack, before, atol=1e-2)

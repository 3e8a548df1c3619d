"""Alignments from beginning to end, on images whose places in the text space were planted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from align_pairs import SHAPES, Watched, aligned, isometry, planted

from vitatlas.components.align.config import ISOMETRIC, METHODS, Alignment, Method
from vitatlas.components.align.isometry import isometry_penalty, reference_penalty
from vitatlas.components.align.learners import make_learner
from vitatlas.components.align.pairs import READ, Pairs
from vitatlas.components.align.train import mean_distance
from vitatlas.errors import UserError

LEARN = Alignment(learning_rate=0.03, batch=32, epochs=20)

SQUARE = (8, 8)


@pytest.mark.parametrize(
    ("method", "shape"),
    [(method, shape) for method in METHODS for shape in SHAPES if (method, shape) != ("orthogonal", SQUARE)],
)
def test_every_method_finds_a_planted_isometry(method: Method, shape: tuple[int, int], tmp_path: Path) -> None:
    (width, text_width), images = shape, 400
    train, held_out = planted(images, 3, width, text_width), planted(150, 3, width, text_width, seed=1)
    found = aligned(method, LEARN, train, held_out, tmp_path)
    assert found.held_out < 0.02
    assert found.held_out == pytest.approx(mean_distance(found.maps, held_out), abs=1e-6)
    assert (found.maps.method, found.maps.components) == (method, 3)
    assert found.history[-1]["metric"] == "held_out"
    assert mean_distance(found.maps, planted(150, 3, width, text_width, seed=1, turn=9)) > 0.5


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_steps_along_square_isometries_turn_but_do_not_reflect(seed: int, tmp_path: Path) -> None:
    train = planted(400, 1, *SQUARE)
    first = make_learner("orthogonal", LEARN, train, seed).stack[0]
    found = aligned("orthogonal", LEARN, train, train, tmp_path, seed=seed)
    assert found.maps.weights[0].det().item() == pytest.approx(first.det().item(), abs=1e-5)
    reached = first.det().sign().item() == np.sign(np.linalg.det(isometry(*SQUARE)))
    assert (found.held_out < 1e-3) == reached


@pytest.mark.parametrize(("width", "text_width"), SHAPES)
def test_orthogonal_maps_stay_isometries(width: int, text_width: int, tmp_path: Path) -> None:
    train = planted(400, 4, width, text_width, noise=0.5)
    found = aligned("orthogonal", LEARN, train, train, tmp_path)
    assert isometry_penalty(found.maps.weights.double()) < 1e-11
    held_out = [row["value"] for row in found.history if row["metric"] == "held_out"]
    assert held_out[-1] < held_out[0] - 0.1


@pytest.mark.parametrize(("width", "text_width"), SHAPES)
def test_the_penalty_keeps_maps_near_isometries(width: int, text_width: int, tmp_path: Path) -> None:
    train = planted(320, 3, width, text_width, noise=0.5)
    found = {
        method: aligned(method, LEARN, train, train, tmp_path).maps.weights for method in ("free", "compalign", "tied")
    }
    off = {method: isometry_penalty(weights).item() for method, weights in found.items()}
    assert off["compalign"] < off["free"] / 5 and off["tied"] < off["free"]


def test_the_references_penalty_keeps_narrow_models_away_from_isometries(tmp_path: Path) -> None:
    train, heavy = planted(320, 3, 3, 9), LEARN.model_copy(update={"penalty_weight": 10})
    corrected = aligned("compalign", heavy, train, train, tmp_path / "corrected").maps.weights
    reference = heavy.model_copy(update={"penalty": "reference"})
    theirs = aligned("compalign", reference, train, train, tmp_path / "reference").maps.weights
    assert isometry_penalty(corrected) < 0.01
    assert reference_penalty(theirs) >= 1 - 3 / 9


def test_one_component_without_a_penalty_is_one_problem(tmp_path: Path) -> None:
    train, held_out = planted(800, 1, 6, 8, noise=0.5), planted(150, 1, 6, 8, seed=1, noise=0.5)
    without = LEARN.model_copy(update={"penalty_weight": 0, "tied_weight": 0, "learning_rate": 0.01})
    single, free, compalign, tied = (
        aligned(method, without, train, held_out, tmp_path / method)
        for method in ("single", "free", "compalign", "tied")
    )
    for other in (free, compalign):
        assert torch.equal(other.maps.weights, single.maps.weights) and torch.equal(other.maps.bias, single.maps.bias)
        assert other.held_out == single.held_out
    # From another start, and no better place to end.
    assert tied.held_out == pytest.approx(single.held_out, abs=2e-3)


def test_many_components_share_a_map_in_single_only(tmp_path: Path) -> None:
    train = planted(64, 3, 6, 8)
    shapes = {method: len(aligned(method, LEARN, train, train, tmp_path).maps.weights) for method in METHODS}
    assert shapes == {"single": 1, "free": 3, "compalign": 3, "procrustes": 1, "orthogonal": 3, "tied": 3}


def test_seeds_decide_and_nothing_else(tmp_path: Path) -> None:
    train, few = planted(64, 3, 6, 8), LEARN.model_copy(update={"epochs": 2})
    runs = [
        aligned("compalign", few, train, train, tmp_path / str(place), seed=seed).maps.weights
        for place, seed in enumerate((1, 1, 2))
    ]
    torch.rand(3)
    assert torch.equal(runs[0], runs[1]) and not torch.allclose(runs[0], runs[2], atol=1e-2)


@pytest.mark.parametrize("method", METHODS)
def test_a_mapped_half_precision_file_will_do(method: Method, tmp_path: Path) -> None:
    train, few = planted(300, 3, 6, 8), LEARN.model_copy(update={"epochs": 1})
    mapped = np.memmap(tmp_path / "c.f16", np.float16, "w+", shape=train.contributions.shape)
    mapped[:] = train.contributions
    watched = Watched(mapped)
    half = aligned(method, few, Pairs(watched, train.targets, "half"), train, tmp_path / "half")
    rounded = Pairs(np.asarray(mapped).astype(np.float32), train.targets, "full")
    full = aligned(method, few, rounded, train, tmp_path / "full")
    assert torch.equal(half.maps.weights, full.maps.weights)
    assert max(watched.asked) <= READ < len(train)


@pytest.mark.parametrize("method", METHODS)
def test_isometries_into_a_narrower_space_are_refused_where_they_are_asked_for(method: Method, tmp_path: Path) -> None:
    forced = Alignment(side="isometric", epochs=1)
    narrower = planted(64, 2, 6, 5)
    for place, room in enumerate((planted(64, 2, 5, 6), planted(64, 2, 6, 6))):
        aligned(method, forced, room, room, tmp_path / str(place))
    if method in ISOMETRIC:
        with pytest.raises(UserError, match=f"6 into 5 dimensions is an isometry, and method '{method}'"):
            aligned(method, forced, narrower, narrower, tmp_path)
    else:
        aligned(method, forced, narrower, narrower, tmp_path / "narrower")


@pytest.mark.parametrize("method", METHODS)
def test_values_that_are_not_finite_are_refused(method: Method, tmp_path: Path) -> None:
    train, held_out = planted(64, 3, 6, 6), planted(32, 3, 6, 6)
    train.contributions[9, 1, 0] = np.inf
    with pytest.raises(UserError, match=r"component 1 in image 9 is not finite"):
        aligned(method, Alignment(), train, held_out, tmp_path)


def test_splits_of_other_shapes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="held-out"):
        aligned("procrustes", Alignment(), planted(64, 3, 6, 6), planted(32, 4, 6, 6), tmp_path)

"""The training of maps: its gradient, the order of images, which epoch is kept, and interruptions."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest
import torch
from align_pairs import Watched, aligned, planted

from vitatlas.components.align.config import METHODS, Alignment, Method
from vitatlas.components.align.isometry import isometry_penalty
from vitatlas.components.align.learners import make_learner
from vitatlas.components.align.maps import Maps, identity
from vitatlas.components.align.pairs import READ, Pairs
from vitatlas.components.align.train import AlignmentTraining, mean_distance
from vitatlas.errors import UserError
from vitatlas.jobs.checkpoint import Checkpoint
from vitatlas.jobs.stopping import STOPPED
from vitatlas.training.loop import run

LEARNED = [method for method in METHODS if method != "procrustes"]
SETTINGS = Alignment(learning_rate=3e-3, batch=16, epochs=3)


def training(method: Method, settings: Alignment = SETTINGS, train: Pairs | None = None) -> AlignmentTraining:
    train, held_out = train or planted(70, 3, 6, 8, noise=0.5), planted(40, 3, 6, 8, seed=1, noise=0.5)
    learner = make_learner(method, settings, train, 5)
    return AlignmentTraining(method, learner, settings, train, held_out, torch.device("cpu"), 5)


def test_the_gradient_is_that_of_the_formula() -> None:
    pairs, settings = planted(16, 3, 6, 8, noise=0.5), Alignment(batch=16, penalty_weight=0.7)
    made = training("compalign", settings, pairs)
    weights, bias = (part.detach().double().numpy().copy() for part in (made.learner.stack, made.learner.bias))
    c, y = pairs.contributions.astype(np.float64), pairs.targets.astype(np.float64)
    loss = made.advance(0).item()
    v = np.einsum("bnd,nde->be", c, weights) + bias
    size = np.linalg.norm(v, axis=1, keepdims=True)
    cosine = (v * y).sum(1, keepdims=True) / size / np.linalg.norm(y, axis=1, keepdims=True)
    gaps = [w @ w.T - np.eye(6) for w in weights]
    assert loss == pytest.approx(1 - cosine.mean() + 0.7 * sum((gap**2).sum() for gap in gaps) / 18, rel=1e-5)
    by_v = -(y - cosine * v / size) / size / 16
    expected = np.einsum("bnd,be->nde", c, by_v)
    expected += 0.7 * np.stack([4 * gap @ w / 18 for gap, w in zip(gaps, weights, strict=True)])
    stack, offset = made.learner.stack, made.learner.bias
    assert stack.grad is not None and offset.grad is not None
    np.testing.assert_allclose(stack.grad, expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(offset.grad, by_v.sum(0), rtol=1e-4, atol=1e-6)


def test_a_step_is_adams_with_the_decay_in_the_gradient() -> None:
    settings = Alignment(batch=16, learning_rate=0.01, weight_decay=0.5)
    made = training("free", settings, planted(16, 3, 6, 8))
    before = made.learner.stack.detach().clone()
    made.advance(0)
    gradient = made.learner.stack.grad
    assert gradient is not None
    gradient = gradient + 0.5 * before
    expected = before - 0.01 * gradient / (gradient.abs() + 1e-8)
    torch.testing.assert_close(made.learner.stack.detach(), expected, atol=1e-6, rtol=0)


def test_a_step_of_isometries_is_along_them() -> None:
    made = training("orthogonal")
    before = made.learner.stack.detach().clone()
    made.advance(0)
    gradient = made.learner.stack.grad
    assert gradient is not None and gradient.norm() > 1e-3
    across = gradient @ before.mT
    torch.testing.assert_close(across, -across.mT, atol=1e-6, rtol=0)
    assert isometry_penalty(made.learner.stack) < 1e-11


def test_isometries_do_not_decay() -> None:
    made = training("orthogonal", Alignment(weight_decay=0.5))
    assert {group["weight_decay"] for group in made.adam.param_groups} == {0}


def test_every_epoch_takes_every_image_once_in_an_order_of_its_own() -> None:
    made = training("free")  # 70 images: four batches of 16, six images left
    epochs = [[made._rows(epoch * 4 + place) for place in range(4)] for epoch in (0, 1)]
    taken = [torch.cat(batches).tolist() for batches in epochs]
    assert [len(set(rows)) for rows in taken] == [64, 64] and made.steps == 12
    assert taken[0] != taken[1] and set(taken[0]) != set(range(64))
    assert torch.equal(made._rows(2), epochs[0][2]), "the order follows from the step"
    assert all(torch.equal(rows, rows.sort().values) for rows in epochs[0])


def test_the_held_out_distance_is_the_mean_over_images() -> None:
    pairs = planted(READ + 30, 3, 8, 8)
    c, y = pairs.contributions.sum(1), pairs.targets
    expected = 1 - ((c * y).sum(1) / np.linalg.norm(c, axis=1) / np.linalg.norm(y, axis=1)).mean()
    assert mean_distance(identity(3, 8), pairs) == pytest.approx(expected, rel=1e-5)
    scaled = Maps("free", 3 * torch.eye(8).repeat(3, 1, 1), torch.zeros(8), 3)
    assert mean_distance(scaled, pairs) == pytest.approx(expected, rel=1e-5)


def test_the_history_has_three_figures_per_epoch(tmp_path: Path) -> None:
    made = training("compalign")
    run(made, Checkpoint(tmp_path / "x", "key", 1e9))
    told = [(row["epoch"], row["step"], row["metric"]) for row in made.history]
    metrics = ["distance", "penalty", "held_out"]
    assert told == [(epoch, 4 * epoch, metric) for epoch in (1, 2, 3) for metric in metrics]
    assert made.history[-1]["value"] == pytest.approx(mean_distance(made.learner.maps(), made.held_out))


def test_a_row_is_the_mean_over_the_epochs_batches() -> None:
    made, losses, penalties = training("compalign", Alignment(batch=16, penalty_weight=2)), [], []
    for step in range(8):
        penalties.append(made.learner.penalty().item())
        losses.append(made.advance(step).item())
        made.after(step + 1)
    for epoch, steps in ((1, slice(0, 4)), (2, slice(4, 8))):
        values = {row["metric"]: row["value"] for row in made.history if row["epoch"] == epoch}
        assert values["penalty"] == pytest.approx(np.mean(penalties[steps]), rel=1e-5)
        assert values["distance"] == pytest.approx(np.mean(losses[steps]) - 2 * values["penalty"], rel=1e-5)


def test_the_epoch_that_is_best_on_held_out_images_is_kept(tmp_path: Path) -> None:
    """Few and noisy images are learned by heart sooner or later, and others get worse then."""
    train, held_out = planted(96, 4, 6, 8, noise=1), planted(100, 4, 6, 8, seed=1, noise=1)
    settings = Alignment(learning_rate=0.05, batch=16, epochs=60)
    found = aligned("free", settings, train, held_out, tmp_path / "all")
    values = [row["value"] for row in found.history if row["metric"] == "held_out"]
    assert 1 < found.epoch < 60 and values[-1] > found.held_out
    assert (np.argmin(values) + 1, min(values)) == (found.epoch, found.held_out)
    until = aligned("free", settings.model_copy(update={"epochs": found.epoch}), train, held_out, tmp_path / "until")
    assert torch.equal(found.maps.weights, until.maps.weights) and torch.equal(found.maps.bias, until.maps.bias)


@pytest.mark.parametrize("method", LEARNED)
@pytest.mark.parametrize("step", [2, 4, 6])
def test_an_interruption_changes_no_bit(method: Method, step: int, tmp_path: Path) -> None:
    whole = aligned(method, SETTINGS, planted(70, 3, 6, 8, noise=1), planted(40, 3, 6, 8, seed=1), tmp_path / "whole")
    train = planted(70, 3, 6, 8, noise=1)
    # Before its first step, tied reads the first image, and then all of them at once.
    watched = Interrupting(train.contributions, step + (2 if method == "tied" else 0))
    with pytest.raises(SystemExit) as exit:
        aligned(method, SETTINGS, Pairs(watched, train.targets, "w"), planted(40, 3, 6, 8, seed=1), tmp_path / "two")
    assert exit.value.code == STOPPED
    saved = Checkpoint(tmp_path / f"two/{method}.safetensors", "key", 1e9).load()
    assert saved is not None and saved["step"] == step
    continued = aligned(method, SETTINGS, train, planted(40, 3, 6, 8, seed=1), tmp_path / "two", every_s=1e-9)
    assert torch.equal(continued.maps.weights, whole.maps.weights)
    assert torch.equal(continued.maps.bias, whole.maps.bias)
    assert (continued.history, continued.epoch, continued.held_out) == (whole.history, whole.epoch, whole.held_out)


class Interrupting(Watched):
    """Sends SIGTERM when rows are asked for the n-th time."""

    def __init__(self, array: np.ndarray, at: int):
        super().__init__(array)
        self.at = at

    def __getitem__(self, rows: np.ndarray | slice) -> np.ndarray:
        found = super().__getitem__(rows)
        if len(self.asked) == self.at:
            os.kill(os.getpid(), signal.SIGTERM)
        return found


def test_maps_that_are_no_numbers_are_refused() -> None:
    made = training("free")
    made.learner.bias.data[0] = torch.nan
    with pytest.raises(UserError, match=r"not finite after epoch 2[\s\S]*free[\s\S]*learning_rate"):
        made.after(8)


def test_fewer_images_than_a_batch_are_refused() -> None:
    with pytest.raises(UserError, match=r"15 images do not fill a batch of 16[\s\S]*planted-0"):
        training("free", train=planted(15, 3, 6, 8))

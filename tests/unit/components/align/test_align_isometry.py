"""Penalties and their gradients against numpy; the nearest isometries against scipy."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg
import torch
from align_pairs import SHAPES, isometry

from vitatlas.components.align.isometry import isometry_penalty, polar, reference_penalty, retracted, tangent

COMPONENTS = 3


def matrices(width: int, text_width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.4, size=(COMPONENTS, width, text_width))


def gradient(penalty, weights: np.ndarray) -> tuple[float, np.ndarray]:
    given = torch.from_numpy(weights).requires_grad_()
    value = penalty(given)
    value.backward()
    return value.item(), given.grad.numpy()


@pytest.mark.parametrize(("width", "text_width"), SHAPES)
def test_the_references_penalty_is_its_formula(width: int, text_width: int) -> None:
    weights = matrices(width, text_width)
    gaps = [w.T @ w - np.eye(text_width) for w in weights]
    value, found = gradient(reference_penalty, weights)
    assert value == pytest.approx(text_width * np.mean([gap**2 for gap in gaps]), rel=1e-12)
    expected = [4 * w @ gap / (COMPONENTS * text_width) for w, gap in zip(weights, gaps, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("width", "text_width"), SHAPES)
def test_the_corrected_penalty_is_on_the_side_that_can_be_isometric(width: int, text_width: int) -> None:
    weights = matrices(width, text_width)
    value, found = gradient(isometry_penalty, weights)
    narrow = min(width, text_width)
    grams = [w @ w.T if width <= text_width else w.T @ w for w in weights]
    expected = np.mean([np.linalg.norm(gram - np.eye(narrow), "fro") ** 2 for gram in grams]) / narrow
    assert value == pytest.approx(expected, rel=1e-12)
    steps = np.zeros_like(weights)
    steps[1, 2, 3] = 1e-6
    numeric = [isometry_penalty(torch.from_numpy(weights + sign * steps)).item() for sign in (1, -1)]
    assert found[1, 2, 3] == pytest.approx((numeric[0] - numeric[1]) / 2e-6, rel=1e-6)


@pytest.mark.parametrize(("width", "text_width"), SHAPES)
def test_the_nearest_isometry_is_scipys(width: int, text_width: int) -> None:
    weights = matrices(width, text_width)
    expected = np.stack([scipy.linalg.polar(w)[0] for w in weights])
    np.testing.assert_allclose(polar(torch.from_numpy(weights)), expected, atol=1e-10)
    # From far away, too: the entries have a spread of 0.4.
    np.testing.assert_allclose(retracted(torch.from_numpy(weights)), expected, atol=1e-5)


def test_iteration_is_exact_in_single_precision_at_the_size_of_the_papers_models() -> None:
    turn = torch.from_numpy(np.stack([isometry(192, 256, seed) for seed in range(2)])).float()
    moved = turn + 3e-3 * torch.randn(turn.shape, generator=torch.Generator().manual_seed(0))
    assert isometry_penalty(moved) > 1e-4
    back = retracted(moved)
    assert (back @ back.mT - torch.eye(192)).abs().max() < 3e-6
    torch.testing.assert_close(back, polar(moved), atol=3e-6, rtol=0)


@pytest.mark.parametrize(("width", "text_width"), SHAPES)
def test_a_tangent_step_leaves_isometries_in_second_order_only(width: int, text_width: int) -> None:
    turn = torch.from_numpy(isometry(width, text_width))[None]
    gradients = torch.from_numpy(matrices(width, text_width, 5))[:1]
    along = tangent(gradients, turn)
    left = [isometry_penalty(turn + step * along).sqrt().item() for step in (1e-2, 1e-3)]
    assert left[0] / left[1] == pytest.approx(100, rel=1e-3)
    plain = [isometry_penalty(turn + step * gradients).sqrt().item() for step in (1e-2, 1e-3)]
    assert plain[0] / plain[1] < 20
    torch.testing.assert_close(tangent(along, turn), along)

"""The rotation in closed form, against scipy and against what was planted."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg
import torch
from align_pairs import SHAPES, Watched, planted

from vitatlas.components.align.pairs import READ, Pairs
from vitatlas.components.align.procrustes import moments, procrustes
from vitatlas.components.align.train import mean_distance
from vitatlas.errors import UserError


@pytest.mark.parametrize(("width", "text_width"), SHAPES)
def test_moments_of_batches_are_those_of_the_whole(width: int, text_width: int) -> None:
    pairs = planted(2 * READ + 7, 3, width, text_width, noise=1)
    pairs.contributions[:] += 2
    found = moments(pairs)
    z, y = pairs.contributions.astype(np.float64).sum(1), pairs.targets.astype(np.float64)
    np.testing.assert_allclose(found.mean, z.mean(0), rtol=1e-10)
    np.testing.assert_allclose(found.target, y.mean(0), rtol=1e-10)
    np.testing.assert_allclose(found.own, (z - z.mean(0)).T @ (z - z.mean(0)) / len(z), atol=1e-10)
    np.testing.assert_allclose(found.cross, (z - z.mean(0)).T @ (y - y.mean(0)) / len(z), atol=1e-10)


def test_the_rotation_is_scipys_and_scale_and_bias_are_of_least_squares() -> None:
    pairs = planted(300, 3, 8, 8, noise=1)
    found = procrustes(pairs)
    z, y = pairs.contributions.astype(np.float64).sum(1), pairs.targets.astype(np.float64)
    expected, total = scipy.linalg.orthogonal_procrustes(z - z.mean(0), y - y.mean(0))
    np.testing.assert_allclose(found.turn, expected, atol=1e-8)
    assert found.scale == pytest.approx(total / ((z - z.mean(0)) ** 2).sum(), rel=1e-8)
    np.testing.assert_allclose(found.bias, y.mean(0) - found.scale * z.mean(0) @ expected, atol=1e-8)


@pytest.mark.parametrize(("width", "text_width"), SHAPES)
def test_scale_and_bias_are_the_best_ones_of_their_rotation(width: int, text_width: int) -> None:
    pairs = planted(300, 2, width, text_width, noise=1)
    found = procrustes(pairs)
    turned = pairs.contributions.astype(np.float64).sum(1) @ found.turn.numpy()

    def error(scale: float, bias: np.ndarray) -> float:
        return ((scale * turned + bias - pairs.targets) ** 2).sum()

    best, bias = error(found.scale, found.bias.numpy()), found.bias.numpy()
    others = [error(found.scale * 1.02, bias), error(found.scale * 0.98, bias), error(found.scale, bias + 0.01)]
    assert best < min(others)


def test_every_component_gets_the_same_scaled_rotation() -> None:
    pairs = planted(300, 3, 6, 9, noise=0.1)
    found = procrustes(pairs)
    maps = found.maps(3)
    assert (maps.method, maps.components, tuple(maps.weights.shape)) == ("procrustes", 3, (1, 6, 9))
    torch.testing.assert_close(maps.weights[0], (found.scale * found.turn).float())
    assert mean_distance(maps, pairs) < 0.02 < mean_distance(maps, planted(300, 3, 6, 9, turn=9))


def test_contributions_are_read_batch_by_batch() -> None:
    pairs = planted(2 * READ + 7, 3, 4, 4)
    watched = Watched(pairs.contributions.astype(np.float16))
    found = procrustes(Pairs(watched, pairs.targets, "watched"))
    assert watched.asked == [1, READ, READ, 7]
    torch.testing.assert_close(found.turn, procrustes(pairs).turn, atol=1e-3, rtol=0)


@pytest.mark.parametrize(("width", "text_width"), SHAPES)
def test_too_few_images_are_refused(width: int, text_width: int) -> None:
    needed = min(width, text_width) + 1
    procrustes(planted(needed, 2, width, text_width))
    with pytest.raises(UserError, match=rf"{needed - 1} images do not determine.*{needed} do[\s\S]*planted-0"):
        procrustes(planted(needed - 1, 2, width, text_width))


@pytest.mark.parametrize("part", ["contributions", "targets"])
def test_what_is_the_same_in_all_images_gives_no_rotation(part: str) -> None:
    pairs = planted(50, 2, 4, 4)
    getattr(pairs, part)[:] = getattr(pairs, part)[0]
    with pytest.raises(UserError, match="the same in all images"):
        procrustes(pairs)

"""What pictures are made of: silhouettes, patterns and backgrounds."""

from itertools import product

import numpy as np
import pytest

from vitatlas.images.world.attributes import BACKGROUNDS, CATEGORIES, LOCATIONS, SPLITS, WATERBIRDS
from vitatlas.images.world.backgrounds.library import background
from vitatlas.images.world.palette import pattern
from vitatlas.images.world.scenes import SCALES, TILTS
from vitatlas.images.world.silhouettes.raster import PIXELS, frame, sprite


@pytest.mark.parametrize(("category", "size"), list(product(CATEGORIES + WATERBIRDS, PIXELS)))
def test_sprites_are_whole(category: str, size: str) -> None:
    """Coverages sum to at most a whole pixel, the margin is transparent, and the rim goes round the mask."""
    for tilt, scale, side in ((0, 2, 64), (4, 2, 64), (1, 0, 33), (2, 1, 32)):
        packed = sprite(category, size, tilt, scale, side)
        body, dark, light, inside = (packed >> shift & 0xFF for shift in (0, 8, 16, 24))
        whole = body + dark + light
        assert packed.shape == (frame(side),) * 2 and whole.max() == 16 and (inside <= whole).all()
        margin = np.concatenate([packed[0], packed[-1], packed[:, 0], packed[:, -1]])
        assert not margin.any()
        assert (whole[inside >= 8] == 16).all()
        assert body.sum() > 16 * (side / 64) ** 2 * 40


def test_three_objects_are_three_separate_ones() -> None:
    for category, tilt in product(CATEGORIES, range(len(TILTS))):
        rows = np.argwhere(sprite(category, "many", tilt, len(SCALES) - 1, 64))
        assert pieces(rows) == 3, (category, tilt)


def pieces(pixels: np.ndarray) -> int:
    """Connected parts of a set of pixels (y, x), diagonals included."""
    left, found = {tuple(pixel) for pixel in pixels.tolist()}, 0
    while left:
        found += 1
        front = [left.pop()]
        while front:
            y, x = front.pop()
            near = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            left -= near
            front += near
    return found


def test_no_two_categories_have_the_same_silhouette() -> None:
    shapes = {name: sprite(name, "large", 2, 1, 64) >> 24 >= 8 for name in CATEGORIES + WATERBIRDS}
    for first, second in product(shapes, shapes):
        union, both = (shapes[first] | shapes[second]).sum(), (shapes[first] & shapes[second]).sum()
        assert first == second or both / union < 0.82, (first, second)


@pytest.mark.parametrize("name", ["striped", "spotted", "checkered"])
def test_patterns_repeat_every_eight_pixels(name: str) -> None:
    upright = TILTS.index(0.0)
    second = pattern(name, upright, 64)
    assert (second[:56] == second[8:]).all() and (second[:, :56] == second[:, 8:]).all()
    assert 0.2 < second.mean() / 16 < 0.51
    assert (second != pattern(name, 0, 64)).any()
    assert not pattern("plain", upright, 64).any()


def test_splits_share_no_background_and_no_two_pictures_are_alike() -> None:
    digests = [
        background(location, split, number, 32).tobytes()
        for location, split, number in product(LOCATIONS, SPLITS, range(BACKGROUNDS))
    ]
    assert len(set(digests)) == len(digests) == len(LOCATIONS) * len(SPLITS) * BACKGROUNDS


def test_a_background_is_the_same_painting_at_every_side() -> None:
    for location in LOCATIONS:
        small, large = (background(location, "test", 3, side).astype(float) for side in (32, 96))
        coarse = large.reshape(3, 8, 12, 8, 12).mean((2, 4)) - small.reshape(3, 8, 4, 8, 4).mean((2, 4))
        assert abs(coarse).mean() < 5, location

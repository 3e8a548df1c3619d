from __future__ import annotations

import numpy as np
import pytest

from vitatlas.relations.scenes.colors import COLOR_NAMES, COLORS
from vitatlas.relations.scenes.shapes import SHAPE_NAMES, atlas, silhouette

SIZES = (24, 21, 14)


@pytest.mark.parametrize("size", SIZES)
def test_no_two_silhouettes_overlap_by_more_than_nine_tenths(size: int) -> None:
    masks = centered(atlas(size)).reshape(len(SHAPE_NAMES), -1)
    overlap = (masks[:, None] & masks).sum(-1) / (masks[:, None] | masks).sum(-1)
    assert (overlap - np.eye(len(masks))).max() < 0.9


@pytest.mark.parametrize("size", SIZES)
def test_silhouettes_cover_a_fair_share_of_their_box(size: int) -> None:
    area = atlas(size).mean((1, 2))
    assert area.min() >= 0.35 and area.max() <= 0.90


@pytest.mark.parametrize("size", SIZES)
def test_silhouettes_reach_across_their_box(size: int) -> None:
    spans = [max(np.ptp(np.flatnonzero(mask.any(axis))) + 1 for axis in (0, 1)) for mask in atlas(size)]
    assert min(spans) >= size - 2  # thin tips, and the square, stop a pixel short of an edge


def test_symmetric_silhouettes_are_symmetric_in_pixels() -> None:
    for name in (
        "circle",
        "square",
        "triangle",
        "diamond",
        "cross",
        "saltire",
        "star",
        "heart",
        "ring",
        "arch",
        "crown",
    ):
        mask = silhouette(SHAPE_NAMES.index(name), 24)
        assert (mask == mask[:, ::-1]).all(), name


def test_a_silhouette_is_the_same_alone_and_in_the_atlas() -> None:
    assert (silhouette(13, 21) == atlas(21)[13]).all()


def test_the_atlas_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        atlas(24)[0, 0, 0] = True


def test_there_are_twenty_distinct_colors_in_the_published_order() -> None:
    assert len(COLOR_NAMES) == len({tuple(c) for c in COLORS.tolist()}) == 20
    assert COLORS[0].tolist() == [233, 30, 99] and COLORS[15].tolist() == [120, 144, 156]
    assert COLORS[16:].tolist() == [[103, 110, 0], [255, 155, 238], [145, 0, 0], [194, 188, 255]]


def centered(masks: np.ndarray) -> np.ndarray:
    """Each mask with its bounding box moved to the middle."""
    result = np.zeros_like(masks)
    for target, mask in zip(result, masks, strict=True):
        box = mask[np.ix_(mask.any(1), mask.any(0))]
        y, x = ((side - part) // 2 for side, part in zip(mask.shape, box.shape, strict=True))
        target[y : y + box.shape[0], x : x + box.shape[1]] = box
    return result

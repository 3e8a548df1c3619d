"""Maps drawn over their pictures."""

from __future__ import annotations

import numpy as np
import pytest

from vitatlas.artifacts.pixels import pixels
from vitatlas.features.figures.map_image import enlarged, overlay
from vitatlas.images import png

SIDE = 8


@pytest.fixture
def thumbnail() -> bytes:
    return png.encode(np.full((SIDE, SIDE, 3), 120, dtype=np.uint8))


def row(*values: float, scale: float = 1.0) -> dict[str, object]:
    """A map of 2×2 patches, as the analysis table has it."""
    return {"map": list(values), "rows": 2, "columns": 2, "scale": scale}


def test_a_patch_is_one_colour_where_it_stands(thumbnail: bytes) -> None:
    found = overlay(thumbnail, row(0, 0, 1, 0), "corrected")
    assert found.shape == (SIDE, SIDE, 3) and found.dtype == np.uint8
    active = found[4:, :4].reshape(-1, 3)
    assert (active == active[0]).all()
    others = np.concatenate([found[:4].reshape(-1, 3), found[4:, 4:].reshape(-1, 3)])
    assert (others == others[0]).all() and (others[0] != active[0]).any()


def test_the_picture_is_seen_below() -> None:
    picture = np.zeros((SIDE, SIDE, 3), dtype=np.uint8)
    picture[:, 4:] = (200, 100, 0)
    found = overlay(png.encode(picture), row(0, 0, 0, 0), "corrected").astype(int)
    dark, light = found[0, 0], found[0, -1]
    assert (light > dark).all() and len(set(light - dark)) == 1  # grey: all channels by as much


def test_a_flat_map_is_flat_on_the_units_scale(thumbnail: bytes) -> None:
    nearly = row(0.50, 0.50, 0.50, 0.51)
    drawn = {scale: overlay(thumbnail, nearly, scale).astype(int) for scale in ("corrected", "reference")}
    differ = {scale: int(abs(found[0, 0] - found[-1, -1]).max()) for scale, found in drawn.items()}
    assert differ["corrected"] <= 3
    assert differ["reference"] > 80


def test_the_units_scale_holds_for_all_its_maps(thumbnail: bytes) -> None:
    weak = overlay(thumbnail, row(0.2, 0, 0, 0, scale=2), "corrected")
    strong = overlay(thumbnail, row(2, 0, 0, 0, scale=2), "corrected")
    beyond = overlay(thumbnail, row(9, -1, 0, 0, scale=2), "corrected")
    assert (weak[0, 0] != strong[0, 0]).any()
    assert (beyond == strong).all()


def test_patches_that_do_not_divide_the_picture() -> None:
    found = enlarged(np.arange(6.0).reshape(2, 3), (4, 7))
    assert found.shape == (4, 7)
    assert found[0].tolist() == [0, 0, 1, 1, 1, 2, 2]
    assert found[:, 0].tolist() == [0, 0, 3, 3]


def test_a_unit_that_is_never_active_is_pale(thumbnail: bytes) -> None:
    found = overlay(thumbnail, row(-0.1, -0.1, -0.1, -0.1, scale=0), "corrected")
    assert (found == overlay(thumbnail, row(0, 0, 0, 0), "corrected")).all()
    assert pixels(thumbnail).shape == found.shape

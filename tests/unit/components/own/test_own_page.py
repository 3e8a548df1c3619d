"""Heat-maps on one scale, and as pictures."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from vitatlas.components.own.colours import ABOVE, BELOW, LEAST_SIDE, OPAQUE, bar, opened, overlaid
from vitatlas.components.own.page import hundredths, on_one_scale
from vitatlas.images.png import encode


def maps(*cells: list[float]) -> pd.DataFrame:
    rows = [{"component": 3, "rows": 2, "columns": 2, "map": one} for one in cells]
    return pd.DataFrame([{"component": -1, "rows": 0, "columns": 0, "map": []}, *rows])


def test_all_maps_have_one_scale():
    drawn, scale = on_one_scale(maps([4.0, 0, 0, -2], [1.0, 1, 1, 1]))
    assert drawn.keys() == {1, 2} and scale == 4
    assert drawn[1].tolist() == [[1, 0], [0, -0.5]] and np.allclose(drawn[2], 0.25)


def test_without_maps_there_is_no_scale():
    assert on_one_scale(maps()) == ({}, 0.0)


def test_a_map_is_blue_below_zero_orange_above_and_the_grey_picture_at_zero():
    picture = Image.new("RGB", (40, 40), (90, 90, 90))
    seen = np.asarray(overlaid(picture, np.array([[1.0, 0], [0, -1]])))
    for pixel, colour in ((seen[0, 0], ABOVE), (seen[-1, -1], BELOW)):
        assert np.allclose(pixel, (1 - OPAQUE) * 90 + OPAQUE * np.array(colour), atol=1)
    assert (seen[0, -1] == 90).all()


def test_the_bar_has_the_colours_of_maps():
    colours = bar()
    assert colours[0] != colours[-1] and colours[len(colours) // 2] == "rgb(128 128 128)"
    first = [int(part) for part in colours[0].removeprefix("rgb(").removesuffix(")").split()]
    assert np.allclose(first, (1 - OPAQUE) * 128 + OPAQUE * np.array(BELOW), atol=1)


def test_small_pictures_are_enlarged_pixel_by_pixel():
    found = opened(encode(np.arange(64 * 64 * 3, dtype=np.uint8).reshape(64, 64, 3)))
    assert found.size == (192, 192) and LEAST_SIDE == 192
    assert found.getpixel((5, 0)) == found.getpixel((3, 2)) != found.getpixel((6, 0))


@pytest.mark.parametrize(("value", "text"), [(0.456, "0.46"), (-0.1, "−0.10"), (float("nan"), "–")])
def test_numbers_are_told_in_hundredths(value, text):
    assert hundredths(value) == text

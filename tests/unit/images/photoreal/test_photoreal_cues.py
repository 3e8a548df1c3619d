"""Shallow cues of photorealistic images: how they are measured, and that a small set that is rendered has none."""

import importlib.util

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from photoreal_scenes import render, save, scenes

from vitatlas.images.photoreal.cues import CUES, brightness, color, difference, height, size, told
from vitatlas.images.photoreal.images import Rendered


def of_two_boxes(second_color, second_rows=slice(0, 2)) -> Rendered:
    """One image of 4 px: the first object grey at the left, the second one at the right."""
    image, mask = np.zeros((1, 4, 4, 3), np.uint8), np.zeros((1, 4, 4), np.uint8)
    mask[0, :2, :2], image[0, :2, :2] = 1, 100
    mask[0, second_rows, 2:], image[0, second_rows, 2:] = 2, second_color
    return Rendered(np.zeros(1, int), np.zeros(1, int), image, mask, [])


def test_cues_measure_what_they_are_called():
    other = of_two_boxes((130, 100, 60))
    assert difference(other, color)[0] == pytest.approx(50)
    assert difference(other, brightness)[0] == pytest.approx(10 / 3)
    assert difference(other, size)[0] == difference(other, height)[0] == 0
    larger = of_two_boxes((100, 100, 100), slice(0, 4))
    assert difference(larger, size)[0] == pytest.approx(np.log(2))
    assert difference(larger, height)[0] == 1
    assert difference(larger, color)[0] == 0


def test_a_cue_that_separates_labels_tells_all_of_them_whichever_side_is_same():
    label = np.tile([1, 1, 0, 0], 10)
    assert told(label.astype(float), label) == told(1.0 - label, label) == 1


def test_a_cue_tells_as_much_of_few_labels_as_of_many():
    label = np.array([1, 1] * 30 + [0, 0] * 10)
    some = np.where(label == 1, 0.0, np.arange(80.0) // 2 % 2)
    assert told(some, label) == 0.75, "all of the same, half of the different ones"
    assert told(np.zeros(80), label) == 0.5


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_noise_tells_about_half(seed):
    rng = np.random.default_rng(seed)
    assert 0.35 < told(rng.random(400), np.tile([0, 0, 1, 1], 100)) < 0.65


@pytest.mark.slow
@pytest.mark.skipif(not importlib.util.find_spec("mitsuba"), reason="Mitsuba is not installed")
def test_a_small_set_that_is_rendered_has_no_shallow_cue(tmp_path):
    save([made.model_copy(update={"samples": 1, "bounces": 2}) for made in scenes(120)], tmp_path / "scenes.parquet")
    rendered = render(tmp_path / "scenes.parquet", tmp_path / "images.parquet")
    found = {measure.__name__: told(difference(rendered, measure), rendered.label) for measure in CUES}
    noise = 2 * np.sqrt(0.25 / 120)
    assert max(found.values()) <= 0.65 + noise, found

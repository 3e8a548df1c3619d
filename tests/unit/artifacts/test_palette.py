"""Colors of figures: the default ones are the paper's, and the colour-blind ones stay apart without a kind of cone."""

import re
from itertools import combinations

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from vitatlas.artifacts.palette import COLOR_BLIND, DARK, DEFAULT, FADED

# Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
VISION = {
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "all cones": np.eye(3),
}
# Which colors tell series apart in one panel.
TOGETHER = {
    "das": ["shape-1", "color-1"],
    "novel, shape": ["shape-0", "shape-1", "shape-2", "shape-3"],
    "novel, colour": ["color-0", "color-1", "color-2", "color-3"],
    "probe": ["blue-hue", "green-hue", "yellow-hue"],
    "published": ["blue-hue", "orange-hue", "green-hue", "plum-hue"],
    "information flow": ["blue-hue", "plum-hue", "grey-20", "pine-hue", "rust-hue"],
    "accuracy": ["plum-hue", "blue-hue", "rust-hue", "green-hue"],
    "disentanglement": ["blue-hue", "orange-hue", "violet-hue"],
    "attention": ["local", "global"],
}
APART = 20  # in CIELAB, where 2.3 can just be noticed side by side


def lab(rgb, vision):
    """CIELAB (D65) of what eyes of this vision see of sRGB colors [..., 3]."""
    rgb = np.asarray(rgb, float)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.transpose(VISION[vision]), 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = seen @ to_xyz.T / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("panel", TOGETHER)
def test_colour_blind_series_stay_apart(panel, vision):
    colors = COLOR_BLIND.colors()
    for first, second in combinations(TOGETHER[panel], 2):
        distance = np.linalg.norm(lab(colors[first], vision) - lab(colors[second], vision))
        assert distance > APART, (first, second, distance)


@pytest.mark.parametrize("vision", VISION)
def test_colour_blind_heat_maps_have_an_order(vision):
    heads, attention = (COLOR_BLIND.maps()[name](np.linspace(0, 1, 11))[:, :3] for name in ("heads", "attention"))
    assert (np.diff(lab(attention, vision)[:, 0]) < 0).all(), "more attention is darker"
    local, middle, most = lab(heads[[0, 5, 10]], vision)
    assert min(np.linalg.norm(local - most), np.linalg.norm(local - middle), np.linalg.norm(most - middle)) > 2 * APART


@pytest.mark.parametrize("palette", [DEFAULT, DARK, COLOR_BLIND])
def test_what_is_written_can_be_read(palette):
    colors = palette.colors()
    page = lab(colors["page"], "all cones")[0]
    for name in ("ink", "grey-25", "grey-45", "shape-1", "color-1", "local", "global", "blue-hue", "violet-hue"):
        assert abs(lab(colors[name], "all cones")[0] - page) > 35, name


def test_the_default_colors_are_those_that_their_names_say():
    colors, maps = DEFAULT.colors(), DEFAULT.maps()
    assert colors["page"] == to_rgb("white") and colors["ink"] == to_rgb("black")
    assert colors["grey-25"] == to_rgb("0.25") and colors["blue-hue"] == to_rgb("#0072b2")
    steps = np.linspace(0, 1, 64)
    coolwarm = matplotlib.colormaps["coolwarm"](steps)
    np.testing.assert_array_equal(maps["heads"](steps), coolwarm)
    np.testing.assert_allclose(maps[FADED](steps)[:, :3], 0.6 + 0.4 * coolwarm[:, :3], atol=0.01)


def test_a_palette_in_use_is_what_matplotlib_draws():
    try:
        DARK.use()
        assert to_rgb("page") == to_rgb(DARK.page) and to_rgb("grey-50") != to_rgb("0.5")
    finally:
        DEFAULT.use()
    assert to_rgb("page") == (1, 1, 1) and to_rgb("grey-50") == to_rgb("0.5")


def test_families_name_their_colors(root):
    images = {"stimuli.py", "walkthrough.py", "walkthrough_input.py"}  # what lies on an image does not follow the style
    found = [*(root / "src/vitatlas").glob("*/figures/*.py")]
    assert len(found) > 10
    for path in found:
        if path.name not in images:
            assert not re.search(r'"(#[0-9a-fA-F]{6}|white|black)"', path.read_text()), path.name

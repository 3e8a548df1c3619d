"""Heat-maps as pictures inside a page: blue below zero, orange above, over the grey picture."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

BELOW, GREY, ABOVE = (0, 114, 178), (128, 128, 128), (213, 94, 0)
"""Colours of -1, of a grey picture, and of 1; readers who see few colours can tell them apart (Okabe & Ito)."""

OPAQUE = 0.85
"""Share of the colour where a map is strongest; where it is zero, the picture is seen. It grows as the square root, so
that maps which are weak everywhere are seen beside strong ones."""

STOPS = 17
"""Colours of the bar."""

LEAST_SIDE = 192
"""Smaller pictures are enlarged by whole numbers, so that their pixels stay sharp."""


def bar() -> list[str]:
    """The colours from -1 to 1 over middle grey, in CSS."""
    line = Image.fromarray(np.full((1, STOPS, 3), GREY, dtype=np.uint8))
    colours = np.asarray(overlaid(line, np.linspace(-1, 1, STOPS)[None]))[0]
    return ["rgb({} {} {})".format(*colour) for colour in colours.tolist()]


def opened(png: bytes) -> Image.Image:
    """The picture, large enough to be looked at."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    times = -(-LEAST_SIDE // max(picture.size))
    return picture.resize((picture.width * times, picture.height * times), Image.Resampling.NEAREST)


def overlaid(picture: Image.Image, values: np.ndarray) -> Image.Image:
    """A map [rows, columns] in [-1, 1] over a picture."""
    small = Image.fromarray(values.astype(np.float32))
    large = np.asarray(small.resize(picture.size, Image.Resampling.BILINEAR))[..., None]
    grey = np.asarray(picture.convert("L"), dtype=np.float32)[..., None]
    strength = OPAQUE * np.sqrt(np.abs(large))
    tone = np.where(large < 0, np.array(BELOW), np.array(ABOVE))
    return Image.fromarray(np.rint((1 - strength) * grey + strength * tone).astype(np.uint8))

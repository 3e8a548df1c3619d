"""Images for people: PNG bytes, and grids of images."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo


def encode(image: np.ndarray, metadata: Mapping[str, str] | None = None) -> bytes:
    """An image, uint8 [H, W, 3] or [H, W], as a PNG file's content, with text by key."""
    buffer, chunks = BytesIO(), PngInfo()
    for key, text in (metadata or {}).items():
        chunks.add_itxt(key, text)
    Image.fromarray(image).save(buffer, format="PNG", optimize=True, pnginfo=chunks)
    return buffer.getvalue()


def small(picture: np.ndarray, side: int) -> bytes:
    """A square picture, uint8 [S, S, 3], as a PNG file's content, made smaller if it is larger than `side`."""
    image = Image.fromarray(np.ascontiguousarray(picture))
    if image.width > side:
        image = image.resize((side, side), Image.Resampling.BICUBIC)
    return encode(np.asarray(image))


def montage(images: np.ndarray, columns: int, *, gap: int = 4, scale: int = 1, background: int = 200) -> np.ndarray:
    """Images in a grid, row by row.

    Args:
        images: uint8 [N, H, W, 3].
        columns: Images per row.
        gap: Width of the lines between and around images, in pixels of the result.
        scale: Every pixel becomes a square of this side, so that small images stay sharp.
        background: Grey level of the lines and of unused cells.

    Returns:
        uint8 [rows * (scale * H + gap) + gap, columns * (scale * W + gap) + gap, 3].
    """
    count, height, width, channels = images.shape
    images = images.repeat(scale, axis=1).repeat(scale, axis=2)
    step_y, step_x, rows = scale * height + gap, scale * width + gap, -(-count // columns)
    grid = np.full((rows * step_y + gap, columns * step_x + gap, channels), background, dtype=np.uint8)
    for index, image in enumerate(images):
        y, x = gap + index // columns * step_y, gap + index % columns * step_x
        grid[y : y + scale * height, x : x + scale * width] = image
    return grid

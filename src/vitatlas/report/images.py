"""Pictures as they stand inside a page, small enough for many of them."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

WIDTH = 1200  # pixels: the text of a figure stays readable where the page shows it
QUALITY = 85  # of 100, of WebP: no traces around letters


@dataclass(frozen=True)
class Preview:
    """A picture inside a page.

    Attributes:
        uri: The picture itself, as a data URI.
        width, height: In pixels.
    """

    uri: str
    width: int
    height: int


def preview(path: Path, width: int = WIDTH) -> Preview:
    """The picture, no wider than `width`, on white."""
    with Image.open(path) as image:
        picture = image.convert("RGBA")
        page = Image.new("RGBA", picture.size, "white")
        page.alpha_composite(picture)
        small = page.convert("RGB")
    if small.width > width:
        small = small.resize((width, round(small.height * width / small.width)), Image.Resampling.LANCZOS)
    return Preview(uri_of(small), small.width, small.height)


def uri_of(picture: Image.Image) -> str:
    """The picture as the address of an image."""
    buffer = io.BytesIO()
    picture.save(buffer, "webp", quality=QUALITY)
    return f"data:image/webp;base64,{base64.b64encode(buffer.getvalue()).decode()}"

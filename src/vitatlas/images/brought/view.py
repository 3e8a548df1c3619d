"""How an encoder sees a picture of any size: the shorter side brought to one length, then the centre cropped.

The same as timm's transform for evaluation of this kind (`timm.data.create_transform`), to the last bit: Pillow
resizes, with a filter that is the wider the smaller a picture is made (antialiasing).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vitatlas.images.brought.decode import Pixels

Interpolation = Literal["bicubic", "bilinear", "nearest"]
FILTERS = {
    "bicubic": Image.Resampling.BICUBIC,
    "bilinear": Image.Resampling.BILINEAR,
    "nearest": Image.Resampling.NEAREST,
}


@dataclass(frozen=True)
class View:
    """One way of seeing.

    Attributes:
        image: Side of the square that is cropped, in pixels.
        shorter_side: Length of the shorter side before, in pixels.
        interpolation: How pictures are resized.
    """

    image: int
    shorter_side: int
    interpolation: Interpolation = "bicubic"

    def __post_init__(self) -> None:
        if not 0 < self.image <= self.shorter_side:
            raise ValueError(f"the crop, {self.image} pixels, must fit into the shorter side, {self.shorter_side}")

    def of_picture(self, picture: Pixels) -> Pixels:
        """A picture, uint8 [3, H, W], as it is seen: uint8 [3, S, S]."""
        seen = self._seen(Image.fromarray(picture.transpose(1, 2, 0)), FILTERS[self.interpolation])
        return np.ascontiguousarray(np.asarray(seen).transpose(2, 0, 1))

    def of_mask(self, mask: NDArray[np.int64]) -> NDArray[np.int64]:
        """A mask [H, W] of whole numbers as it is seen, [S, S]: none but its own values, of the nearest pixels."""
        seen = self._seen(Image.fromarray(mask.astype(np.int32)), FILTERS["nearest"])
        return np.asarray(seen).astype(np.int64)

    def _seen(self, picture: Image.Image, interpolation: Image.Resampling) -> Image.Image:
        width, height = (self._length(length, min(picture.size)) for length in picture.size)
        resized = picture.resize((width, height), interpolation)
        left, top = (round((length - self.image) / 2) for length in (width, height))
        return resized.crop((left, top, left + self.image, top + self.image))

    def _length(self, length: int, shorter: int) -> int:
        return self.shorter_side * length // shorter

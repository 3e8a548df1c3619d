"""Images in figures, drawn pixel by pixel."""

from __future__ import annotations

import io

import numpy as np
from matplotlib.axes import Axes
from PIL import Image


def pixels(picture: bytes) -> np.ndarray:
    """The RGB pixels of a PNG, uint8 [height, width, 3]."""
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))


def show(axes: Axes, picture: bytes) -> None:
    """Draw a PNG pixel by pixel in a thin frame."""
    axes.imshow(pixels(picture), interpolation="none")
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color="grey-70", linewidth=0.5)

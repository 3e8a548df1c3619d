"""From light to a picture: exposure and contrast as a camera would choose them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LUMINANCE = (0.2126, 0.7152, 0.0722)
MIDDLE_GREY = 0.18
"""The luminance to which the geometric mean of the image's is brought, of a white of 1."""


def developed(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Linear RGB [H, W, 3], any scale, as sRGB: exposed for its own brightness, highlights rolled off instead of cut.

    The curve is that of Narkowicz (2015), fitted to the film look of the Academy Color Encoding System.
    """
    luminance = np.maximum(light @ np.array(LUMINANCE, np.float32), 1e-4)
    x = light * (MIDDLE_GREY / np.exp(np.log(luminance).mean()))
    film = np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0, 1)
    encoded = np.where(film <= 0.0031308, 12.92 * film, 1.055 * film ** (1 / 2.4) - 0.055)
    return np.rint(255 * encoded).astype(np.uint8)

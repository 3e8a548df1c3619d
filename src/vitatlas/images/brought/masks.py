"""ImageNet-S: masks whose colours are class ids (Gao et al. 2022, https://github.com/LUSSeg/ImageNet-S)."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vitatlas.errors import UserError

OTHER, IGNORE = 0, 1000
"""The ids of what is no class, and of what is not to be counted."""

MERGED = {
    "n04356056": "n04355933",
    "n04493381": "n02808440",
    "n03642806": "n03832673",
    "n04008634": "n03773504",
    "n03887697": "n15075141",
}
"""Five classes of ImageNet-1k whose pictures are among those of another class here: a picture in the folder of the
second may be labelled as the first by models of ImageNet-1k."""

_REMEDY = "unpack the archive of masks again"


def segments(data: bytes, where: str) -> NDArray[np.int64]:
    """The class id of each pixel, R + 256·G: [H, W], 0 for what is no class, 1000 for what is not to be counted.

    Args:
        data: The content of the PNG file.
        where: The file, for messages.

    Raises:
        UserError: It cannot be read, or is no RGB image.
    """
    try:
        with Image.open(io.BytesIO(data)) as file:
            file.load()
            mode, values = file.mode, np.asarray(file)
    except (OSError, SyntaxError, ValueError) as error:
        raise UserError(f"the mask cannot be read: {error}", where=where, remedy=_REMEDY) from error
    if mode not in ("RGB", "RGBA"):
        raise UserError(f"the mask has no three channels, but is of mode {mode}", where=where, remedy=_REMEDY)
    return values[..., 0].astype(np.int64) + 256 * values[..., 1].astype(np.int64)

"""Small copies of the pictures that maps are drawn beside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from vitatlas.encoders.seen.pictures import Pictures
from vitatlas.features.maps.pictures import chosen, positions_of
from vitatlas.images import png

SIDE = 96
"""In pixels; larger pictures are made smaller."""


def thumbnails(pictures: Pictures, names: Sequence[str], size: int) -> pd.DataFrame:
    """One row per picture, in the order of the set: picture (its id), thumbnail (PNG), side (pixels of the original).

    Args:
        pictures: The set.
        names: Ids; one that is there twice has one row.
        size: Pictures at a time.

    Raises:
        UserError: A picture is not in the set, or cannot be read.
    """
    positions = np.unique(positions_of(names, pictures))
    if not len(positions):
        return pd.DataFrame(columns=["picture", "thumbnail", "side"])
    some = chosen(pictures, positions)
    images = [image for batch in some.batches(size) for image in batch.cpu()]
    return pd.DataFrame(
        {
            "picture": some.table["picture"].to_numpy(),
            "thumbnail": [png.small(image.permute(1, 2, 0).numpy(), SIDE) for image in images],
            "side": [image.shape[-1] for image in images],
        }
    )

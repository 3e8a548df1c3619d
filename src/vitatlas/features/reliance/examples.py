"""Small copies of masked pictures, for a figure."""

from __future__ import annotations

import pandas as pd

from vitatlas.features.reliance.stimuli import Stimuli
from vitatlas.images import png

SIDE = 160
"""In pixels; larger pictures are made smaller."""


def examples(stimuli: Stimuli, count: int) -> pd.DataFrame:
    """The first pictures as each way shows them: picture (its id), shown, mask, fill, thumbnail (PNG).

    Args:
        stimuli: At least so many.
        count: How many pictures.
    """
    names = stimuli.table["picture"].tolist()[:count]
    rows = []
    for way, images in zip(stimuli.conditions, next(stimuli.batches(count)), strict=True):
        small = [png.small(image.permute(1, 2, 0).cpu().numpy(), SIDE) for image in images]
        rows += [{"picture": name, **way._asdict(), "thumbnail": one} for name, one in zip(names, small, strict=True)]
    return pd.DataFrame(rows)

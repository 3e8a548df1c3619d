"""Groups like those of Waterbirds (Sagawa et al. 2020): two kinds of birds on water or land, correlated.

No encoder is trained on finches and ducks: the ordinary scenes never show one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from vitatlas.errors import UserError
from vitatlas.images.world.attributes import COUNTS, WATERBIRDS
from vitatlas.images.world.scenes import Streams, table

GROUNDS = {"land": ("meadow", "forest"), "water": ("sea", "pond")}
HOMES = {"finch": "land", "duck": "water"}
GROUPS = tuple(f"{bird} on {ground}" for bird in WATERBIRDS for ground in GROUNDS)


def draw_waterbirds(correlation: float, split: str, number: int, seed: int) -> pd.DataFrame:
    """A table of scenes with one finch or duck each, as often one as the other.

    Args:
        correlation: Share of finches on land and of ducks on water; .5 where bird and ground are independent.
        split: Whose background pictures are used.
        number: Rows.
        seed: Not negative.

    Returns:
        The columns of `vitatlas.images.world.scenes`, and `group`, one of `GROUPS`.

    Raises:
        UserError: There is no such split, or a number is out of range.
    """
    if not 0 <= correlation <= 1:
        raise UserError(f"a correlation of {correlation} is no share", remedy="take one from 0 to 1")
    streams = Streams(split, number, seed)
    bird = streams.words("bird", WATERBIRDS)
    at_home = streams.uniform("at home") < correlation
    on_water = (bird == "duck") == at_home
    which = streams.words("ground", range(2))
    location = np.where(on_water, np.array(GROUNDS["water"])[which], np.array(GROUNDS["land"])[which])
    scenes = table(streams, category=bird, location=location, count=np.full(number, COUNTS[0]))
    ground = np.where(on_water, "water", "land")
    return scenes.assign(group=[f"{a} on {b}" for a, b in zip(bird, ground, strict=True)])

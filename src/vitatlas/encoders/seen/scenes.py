"""Scenes of one part of a set, as tables. They derive from the seed and the part's name alone, so that all encoders see
the same ones, with the same ids."""

from __future__ import annotations

import pandas as pd

from vitatlas.encoders.seen.sources import Birds, Scenes
from vitatlas.images.world.scenes import draw
from vitatlas.images.world.waterbirds import draw_waterbirds
from vitatlas.jobs.seeds import derive_seed


def scenes_of_part(name: str, source: Scenes | Birds, seed: int) -> pd.DataFrame:
    """The table of the scenes of the part `name`, with their ids."""
    return with_ids(scenes_of(source, derive_seed(seed, name)))


def scenes_of(source: Scenes | Birds, seed: int) -> pd.DataFrame:
    """The table of scenes of a part."""
    if isinstance(source, Birds):
        return draw_waterbirds(source.correlation, source.split, source.birds, seed)
    return draw(source.world, source.split, source.scenes, seed)


def with_ids(scenes: pd.DataFrame) -> pd.DataFrame:
    """Scenes with a column `picture` in front: split and number."""
    ids = scenes["split"] + "/" + scenes["scene"].astype(str)
    return scenes.assign(picture=ids)[["picture", *scenes.columns]]

"""Scenes to be looked at: which ones a sheet of the picture world shows, and their names."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vitatlas.images.world.attributes import CATEGORIES, COLORS, LOCATIONS, PATTERNS, VALUES
from vitatlas.images.world.counterfactuals import counterparts
from vitatlas.images.world.language import phrase
from vitatlas.images.world.scenes import draw
from vitatlas.images.world.settings import WorldSettings
from vitatlas.images.world.waterbirds import GROUPS, draw_waterbirds

SPLIT = "test"
_ENOUGH = 500  # Waterbirds scenes of which some of each group are taken
_SAID = ("color", "pattern", "location")


def overview(seed: int, number: int = 64) -> pd.DataFrame:
    """So many scenes; each category, colour, pattern and location equally often in a multiple of 16."""
    scenes = draw(WorldSettings(), SPLIT, number, seed)
    generator = np.random.default_rng(seed)
    for name, values in {
        "category": CATEGORIES,
        "color": COLORS,
        "pattern": PATTERNS,
        "location": LOCATIONS,
    }.items():
        scenes[name] = generator.permutation(np.resize(np.array(values), len(scenes)))
    return scenes


def one_attribute_changed(seed: int) -> pd.DataFrame:
    """A scene, and the same scene with another value of each attribute in turn.

    Returns:
        Scenes with a column `changed`: the attribute, and `none` for the first.
    """
    scene = draw(WorldSettings(many=0), SPLIT, 1, seed)
    others = [counterparts(scene, name, seed).assign(changed=name) for name in VALUES]
    return pd.concat([scene.assign(changed="none"), *others], ignore_index=True)


def waterbirds_groups(each: int, seed: int) -> pd.DataFrame:
    """So many scenes of each group of Waterbirds, one group after the other."""
    scenes = draw_waterbirds(0.5, SPLIT, _ENOUGH, seed)
    return pd.concat([scenes[scenes["group"] == group].head(each) for group in GROUPS], ignore_index=True)


def names(scenes: pd.DataFrame) -> list[str]:
    """Each scene in words: number, colour, pattern, category and location."""
    return [
        phrase(row["category"], {name: row[name] for name in _SAID}, many=row["count"] == "many")
        for row in scenes.to_dict("records")
    ]

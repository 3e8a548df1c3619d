"""Small photorealistic scenes for tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from vitatlas.config.photoreal import Rendering
from vitatlas.photoreal.draw import draw, pairs
from vitatlas.photoreal.objects import BUILDERS
from vitatlas.photoreal.scene import Scene
from vitatlas.photoreal.textures import TABLES

NAMES, TOPS = list(BUILDERS), list(TABLES)


def scene(seed: int, pair: tuple[str, str, int] = ("cube", "sphere", 0), **changes: Any) -> Scene:
    """A random scene of 32 pixels."""
    settings = Rendering(samples=4, bounces=3)
    made = draw(seed, pair, (0.5, 0.5), TOPS, 32, settings, np.random.default_rng(seed))
    return made.model_copy(update=changes)


def scenes(count: int) -> list[Scene]:
    """Random scenes, half of them same."""
    return [scene(number, pair) for number, pair in enumerate(pairs(NAMES, count, np.random.default_rng(0)))]

"""Small photorealistic scenes for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from vitatlas.images.photoreal.draw import Look, Pair, draw, pairs
from vitatlas.images.photoreal.images import Rendered
from vitatlas.images.photoreal.images import load as load_images
from vitatlas.images.photoreal.objects import BUILDERS
from vitatlas.images.photoreal.render_job import render_photoreal
from vitatlas.images.photoreal.scene import Scene, as_table
from vitatlas.images.photoreal.settings import Rendering
from vitatlas.images.photoreal.spec import RenderPhotorealSpec
from vitatlas.images.photoreal.textures import TABLES
from vitatlas.jobs.job import parse

NAMES, TOPS = list(BUILDERS), list(TABLES)


def scene(seed: int, first: str = "cube", second: str = "sphere", **changes: Any) -> Scene:
    """A random scene of 32 pixels, each object in its own material."""
    return _drawn(seed, Pair(Look(first, first), Look(second, second))).model_copy(update=changes)


def scenes(count: int) -> list[Scene]:
    """Random scenes, half of them same."""
    return [_drawn(number, pair) for number, pair in enumerate(pairs(NAMES, count, np.random.default_rng(0)))]


def _drawn(seed: int, pair: Pair) -> Scene:
    settings = Rendering(samples=4, bounces=3)
    return draw(seed, pair, (0.5, 0.5), TOPS, 32, settings, np.random.default_rng(seed))


def save(scenes: list[Scene], path: Path) -> None:
    """Write a table of scenes."""
    as_table(scenes).to_parquet(path, index=False)


def render(scenes: Path, images: Path, **changes: Any) -> Rendered:
    """The images that the job renders from a table of scenes."""
    spec = json.dumps({"shard": 0, "shards": 1} | changes)
    argv = ["--input", "scenes", str(scenes), "--output", "images", str(images), "--spec", spec]
    render_photoreal(parse(RenderPhotorealSpec, argv))
    return load_images([images])

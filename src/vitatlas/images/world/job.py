"""The job that draws pictures of the world for people: a table of PNG images."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

import numpy as np
import pandas as pd
import torch

from vitatlas.images import png
from vitatlas.images.world.render import Renderer
from vitatlas.images.world.sheet import names, one_attribute_changed, overview, waterbirds_groups
from vitatlas.images.world.spec import WorldPicturesSpec
from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table

PARTS = ("picture", "alone", "background", "mask")
"""The parts into which a scene is taken apart."""


def world_pictures(job: Job[WorldPicturesSpec]) -> None:
    """Write a table with columns block (overview, parts, changed, birds), row, column, name, png.

    `overview`: scenes, named in words; `parts`: a row for each of `PARTS`, a column per scene; `changed`: a scene named
    `none`, and the same with one attribute changed, named `attribute: value`; `birds`: the groups of Waterbirds.

    Raises:
        UserError: The side is too small.
    """
    spec = job.spec
    torch.set_num_threads(1)
    renderer = Renderer(spec.side)
    scenes = overview(spec.seed, spec.overview)
    rows = [
        *_pictures(renderer, "overview", scenes, names(scenes)),
        *_parts(renderer, overview(spec.seed).tail(spec.parts)),
    ]
    changed = one_attribute_changed(spec.seed)
    rows += _pictures(renderer, "changed", changed, [_changed(row) for row in changed.to_dict("records")])
    birds = waterbirds_groups(spec.birds, spec.seed)
    rows += _pictures(renderer, "birds", birds, birds["group"].tolist())
    write_table(job, job.output.table, pd.DataFrame(rows), side=spec.side)


def _changed(scene: Mapping[Hashable, str]) -> str:
    attribute = scene["changed"]
    return f"{attribute}: {scene[attribute]}" if attribute in scene else attribute


def _pictures(renderer: Renderer, block: str, scenes: pd.DataFrame, named: list[str]) -> Iterator[dict[str, object]]:
    images = renderer(scenes)
    for column, (image, name) in enumerate(zip(images, named, strict=True)):
        yield _row(block, 0, column, name, image)


def _parts(renderer: Renderer, scenes: pd.DataFrame) -> Iterator[dict[str, object]]:
    scenes = scenes.reset_index(drop=True)
    parts = renderer.parts(renderer.load(scenes))
    for row, part in enumerate(PARTS):
        images = getattr(parts, part)
        for column, image in enumerate(images):
            yield _row("parts", row, column, part, image if image.ndim == 3 else image.expand(3, -1, -1) * 255)


def _row(block: str, row: int, column: int, name: str, image: torch.Tensor) -> dict[str, object]:
    pixels = np.ascontiguousarray(image.to(torch.uint8).permute(1, 2, 0).numpy())
    return {"block": block, "row": row, "column": column, "name": name, "png": png.encode(pixels)}

"""The job that picks examples of the photorealistic set, and renders them larger where the images are small."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vitatlas.images.photoreal.images import load as load_images
from vitatlas.images.photoreal.scene import Scene, load
from vitatlas.images.photoreal.studio import Studios
from vitatlas.images.png import encode
from vitatlas.jobs.job import Job
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.tables import write_table
from vitatlas.relations.photoreal.spec import PhotorealExamplesSpec


def photoreal_examples(job: Job[PhotorealExamplesSpec]) -> None:
    """Write a table with columns scene, label, first, second (the objects' names), png (as models see it), large.

    Per label, scenes are taken in their order (which is random), those of objects that no example shows yet first.

    Raises:
        UserError: Scenes or images cannot be read, or something that they are made of is missing.
    """
    scenes, seen = load(job.input.scenes), load_images(job.input.all("images"))
    picture = dict(zip(seen.scene.tolist(), seen.png, strict=True))
    rows = []
    chosen = choose(scenes, job.spec.per_label)
    with Progress(len(chosen), "examples of photorealistic images") as progress, Studios() as studios:
        for scene in chosen:
            names = [placed.object for placed in scene.objects]
            small = picture[scene.scene]
            large = _large(scene, job.spec.side, studios) if job.spec.side > scene.canvas else small
            row = {"scene": scene.scene, "label": scene.label, "first": names[0], "second": names[1]}
            rows.append(row | {"png": small, "large": large})
            progress.step(1)
    write_table(job, job.output.table, pd.DataFrame(rows))


def choose(scenes: list[Scene], per_label: int) -> list[Scene]:
    """Up to `per_label` scenes of either label, different ones first, of as many objects as possible."""
    chosen: list[Scene] = []
    shown: set[str] = set()
    for label in (0, 1):
        waiting = [scene for scene in scenes if scene.label == label]
        for _ in range(min(per_label, len(waiting))):
            new = [len({placed.object for placed in scene.objects} - shown) for scene in waiting]
            scene = waiting.pop(int(np.argmax(new)))
            shown |= {placed.object for placed in scene.objects}
            chosen.append(scene)
    return chosen


def _large(scene: Scene, side: int, studios: Studios) -> bytes:
    return encode(studios.of(scene).image(scene.model_copy(update={"canvas": side})))

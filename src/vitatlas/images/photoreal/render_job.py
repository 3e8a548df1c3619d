"""The job that renders a share of the scenes. Interrupted, it keeps what it finished and goes on from there."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vitatlas.errors import UserError
from vitatlas.images.photoreal.scene import Scene, load
from vitatlas.images.photoreal.spec import RenderPhotorealSpec
from vitatlas.images.photoreal.studio import Studios
from vitatlas.images.png import encode
from vitatlas.jobs.files import atomic
from vitatlas.jobs.job import Job
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.spec import effective
from vitatlas.jobs.stopping import STOPPED
from vitatlas.jobs.tables import write_table

Pixels = NDArray[np.uint8]


class Finished:
    """Images that are done, each a file in a hidden folder next to the output until that is written.

    A file's name says what it was made from: the scene's row, and the code. What does not fit is not found.

    Args:
        output: The file that all of them go into.
        raw_spec: The spec as received.
    """

    def __init__(self, output: Path, raw_spec: Mapping[str, Any]):
        self.folder = output.with_name(f".{output.name}.finished")
        self._made_by = {key: value for key, value in effective(raw_spec).items() if key not in ("shard", "shards")}

    def _path(self, scene: Scene) -> Path:
        text = json.dumps([self._made_by, scene.row()], sort_keys=True)
        return self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.npz"

    def __contains__(self, scene: Scene) -> bool:
        return self._path(scene).exists()

    def keep(self, scene: Scene, image: Pixels, mask: Pixels) -> None:
        """Write what was rendered."""
        with atomic(self._path(scene)) as part:
            np.savez(part, image=image, mask=mask)

    def read(self, scene: Scene) -> tuple[Pixels, Pixels]:
        """Image and mask."""
        with np.load(self._path(scene)) as arrays:
            return arrays["image"], arrays["mask"]

    def remove(self) -> None:
        """Delete all of them, after the output was written."""
        shutil.rmtree(self.folder, ignore_errors=True)


def render_photoreal(job: Job[RenderPhotorealSpec]) -> None:
    """Write a table with columns scene, label, png (sRGB) and mask (PNG: 0 no object, 1 the first, 2 the second).

    Raises:
        UserError: The scenes cannot be read; Mitsuba, an object or a texture is missing; an object is in no pixel.
        SystemExit: Stopped by a signal; finished images are kept.
    """
    scenes = load(job.input.scenes)[job.spec.shard :: job.spec.shards]
    finished = Finished(job.output.images, job.raw_spec)
    waiting = [scene for scene in scenes if scene not in finished]
    done = len(scenes) - len(waiting)
    title = f"rendering, share {job.spec.shard + 1} of {job.spec.shards}"
    with Progress(len(scenes), title, done=done) as progress, told_to_stop(progress), Studios() as studios:
        for scene in waiting:
            studio = studios.of(scene)
            mask = studio.mask(scene)
            check(scene, mask)
            finished.keep(scene, studio.image(scene), mask)
            progress.step(1)
    rows = []
    for scene in scenes:
        image, mask = finished.read(scene)
        rows.append({"scene": scene.scene, "label": scene.label, "png": encode(image), "mask": encode(mask)})
    write_table(job, job.output.images, pd.DataFrame(rows, columns=["scene", "label", "png", "mask"]))
    finished.remove()


def check(scene: Scene, mask: Pixels) -> None:
    """Make sure that both objects can be seen.

    Raises:
        UserError: One cannot.
    """
    for number, placed in enumerate(scene.objects, start=1):
        if not (mask == number).any():
            raise UserError(
                f"object {number} ('{placed.object}') of scene {scene.scene} is in no pixel of the image",
                where="the table of scenes",
                remedy="make the table again; or correct the row",
            )


@contextmanager
def told_to_stop(progress: Progress) -> Iterator[None]:
    """Within this context SIGTERM and SIGUSR1 end the process with a word on what is kept."""

    def leave(number: int, _frame: FrameType | None) -> NoReturn:
        print(
            f"stopped by {signal.Signals(number).name}: {progress.done} of {progress.total} images are rendered and "
            "kept; start the job again to go on",
            file=sys.stderr,
            flush=True,
        )
        raise SystemExit(STOPPED)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGUSR1)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

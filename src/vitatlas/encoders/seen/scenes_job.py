"""The job that renders scenes once for all encoders that take pictures of one size.

Sprites and backgrounds are drawn anew in every process, which costs more than laying a thousand scenes out of them.
"""

from __future__ import annotations

from vitatlas.encoders.seen.scenes import scenes_of_part
from vitatlas.encoders.seen.scenes_spec import ScenesSpec
from vitatlas.images.world.render import Renderer
from vitatlas.jobs.checkpoint import key_of
from vitatlas.jobs.filling import fill
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import record_of
from vitatlas.jobs.rows import Rows
from vitatlas.jobs.tables import write_table

BATCH = 64
"""Scenes at a time: few enough at any side."""


def render_scenes(job: Job[ScenesSpec]) -> None:
    """Write the pixels of all scenes, uint8 [N, 3, side, side], and their table.

    Raises:
        UserError: The side is too small; there is no such split.
        SystemExit: Stopped by a signal; the rows so far are kept.
    """
    spec = job.spec
    table = scenes_of_part(spec.part, spec.source, spec.seed)
    rows = Rows(job.output.pixels, (len(table), 3, spec.side, spec.side), "uint8", key_of(job))
    missing = Renderer(spec.side).in_batches(table.iloc[rows.done :], BATCH)
    fill(rows, (images.numpy() for _, images in missing), f"scenes of {spec.part}")
    about = {"part": spec.part, "side": spec.side}
    write_table(job, job.output.table, table, **about)
    rows.finish(record_of(job, job.output.pixels, **about))

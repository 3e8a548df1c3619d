"""The job that scores all units of an encoder on a set of pictures, in one pass.

Scores go to disk as they are made, counts of patches' activations to a checkpoint. A job that was killed goes on where
the checkpoint is, and writes what it would have written.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

import pandas as pd
from torch import Tensor

from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import about_encoder, encoder_of, pictures_table
from vitatlas.encoders.seen.pictures import Pictures, parts_of
from vitatlas.errors import UserError
from vitatlas.features.top.scores import Scorer, require_finite
from vitatlas.features.top.spec import BY, UnitScoresSpec
from vitatlas.features.top.summary import Part, moments_of, top_of
from vitatlas.features.top.tail import Tail
from vitatlas.features.top.watched import Watched, units_table, watched
from vitatlas.jobs.checkpoint import Checkpoint, StopRequest, key_of
from vitatlas.jobs.job import Job
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.provenance import record_of
from vitatlas.jobs.rows import Rows
from vitatlas.jobs.stopping import STOPPED
from vitatlas.jobs.tables import write_table
from vitatlas.models.encoder import Encoder


def unit_scores(job: Job[UnitScoresSpec]) -> None:
    """Write the scores of all units on all pictures, their moments, and the pictures with the highest.

    Raises:
        UserError: A site or layer that the encoder lacks; fewer pictures than are to be kept; weights or pictures that
            cannot be read; a score that is not finite; no GPU where one was asked for.
        SystemExit: Stopped by a signal; what was made so far is kept.
    """
    spec, device = job.spec, Device(job.spec.compute)
    encoder = encoder_of(job, spec.encoder, device)
    of = watched(encoder, spec.sites)
    files = job.input.all("indexes"), job.input.all("scenes")
    parts = parts_of(spec.pictures.parts, encoder, spec.pictures.seed, *files)
    _require_enough(parts, spec.kept)
    units = units_table(about_encoder(spec.encoder), of)
    count = sum(len(part.table) for part in parts.values())
    rows = Rows(job.output.scores, (count, len(units), len(BY)), "float32", key_of(job))
    made = _Pass(job, encoder, of, parts, rows, device)
    made.run(f"units of {spec.encoder.name}")
    _write_tables(job, made, units)
    rows.finish(record_of(job, job.output.scores, **about_encoder(spec.encoder)))
    made.checkpoint.remove()


class _Pass:
    """The pass over the pictures.

    Attributes:
        rows: The scores.
        tails: Counts of patches' activations, by part.
        checkpoint: Of the counts.
    """

    def __init__(
        self,
        job: Job[UnitScoresSpec],
        encoder: Encoder,
        of: list[Watched],
        parts: Mapping[str, Pictures],
        rows: Rows,
        device: Device,
    ):
        self.parts, self.rows = parts, rows
        self.checkpoint = Checkpoint(job.output.scores, key_of(job), job.spec.compute.checkpoint_every_s)
        units = of[-1].first + of[-1].units
        self.tails = {name: Tail(units, device.torch) for name in parts}
        self._of, self._scorer, self._device, self._batch = of, Scorer(encoder, of), device, job.spec.pictures.batch
        self._done = self._restored()

    def run(self, title: str) -> None:
        """Score the pictures that are not scored yet."""
        total = sum(len(part.table) for part in self.parts.values())
        with StopRequest() as stop, Progress(total, title, done=self._done) as progress:
            for name, pictures, images in self._left():
                self._take(name, pictures, images)
                progress.step(len(images))
                stopped = stop.signal is not None and self._done < total
                if stopped or self.checkpoint.due:
                    self._save()
                if stopped:
                    print(f"{title}: stopped after {self._done} of {total}; run again to continue", file=sys.stderr)
                    raise SystemExit(STOPPED)

    def _take(self, name: str, pictures: list[str], images: Tensor) -> None:
        scores = self._scorer(images.to(self._device.torch), self.tails[name])
        # Rows are written batch by batch, counts with the checkpoint: of some pictures only the counts are missing
        written = max(self.rows.done - self._done, 0)
        if written < len(images):
            self.rows.add(require_finite(scores, self._of, pictures)[written:].cpu().numpy())
        self._done += len(images)

    def _left(self) -> Iterator[tuple[str, list[str], Tensor]]:
        """The name of the part, ids and images of the batches that are left."""
        before, start = 0, self._done
        for name, part in self.parts.items():
            ids = part.table["picture"].tolist()
            first = min(max(start - before, 0), len(ids))
            before += len(ids)
            for images in part.batches(self._batch, first) if first < len(ids) else ():
                yield name, ids[first : first + len(images)], images
                first += len(images)

    def _save(self) -> None:
        counts = {name: tail.counts.cpu() for name, tail in self.tails.items()}
        self.checkpoint.save({"done": self._done, "counts": counts})

    def _restored(self) -> int:
        """How many pictures were scored and counted before."""
        state = self.checkpoint.load()
        if state is None or state["done"] > self.rows.done:  # rows that were lost are counted again
            return 0
        for name, tail in self.tails.items():
            tail.counts.copy_(state["counts"][name])
        return int(state["done"])


def _require_enough(parts: Mapping[str, Pictures], kept: int) -> None:
    for name, part in parts.items():
        if kept > len(part.table):
            raise UserError(
                f"{kept} top pictures are to be kept, and part '{name}' has {len(part.table)}",
                where="key `kept`",
                remedy="keep fewer, or score more pictures",
            )


def _write_tables(job: Job[UnitScoresSpec], made: _Pass, units: pd.DataFrame) -> None:
    """Write what the scores say; the columns `model` and `run` come first."""
    about = about_encoder(job.spec.encoder)
    moments, top, first = [], [], 0
    for name, pictures in made.parts.items():
        part = Part(name, first, pictures.table["picture"].to_numpy(dtype=object))
        moments.append(moments_of(made.rows.read, part, units, made.tails[name].scale))
        top.append(top_of(made.rows.read, part, units, job.spec.kept))
        first += len(part.pictures)
    for path, tables in ((job.output.moments, moments), (job.output.top, top)):
        table = pd.concat(tables, ignore_index=True)
        write_table(job, path, table.assign(**about)[[*about, *table.columns]], **about, kept=job.spec.kept)
    write_table(job, job.output.units, units, **about)
    write_table(job, job.output.pictures, pictures_table(made.parts), **about)

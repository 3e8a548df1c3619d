"""The jobs that store contributions and representations of many pictures.

Pictures come part by part, a batch at a time; rows are written as they are made. Memory does not grow with the number
of pictures, and a job that was stopped goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import torch
from torch import Tensor

from vitatlas.components.decompose import Decomposer, require_exact, table
from vitatlas.components.store.spec import ContributionsSpec, RepresentationsSpec
from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import about_encoder, encoder_of, pictures_table
from vitatlas.encoders.seen.pictures import Pictures, parts_of
from vitatlas.jobs.checkpoint import key_of
from vitatlas.jobs.filling import fill
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import record_of
from vitatlas.jobs.rows import Rows
from vitatlas.jobs.tables import write_table
from vitatlas.models.encoder import Encoder

Encode = Callable[[Tensor], Tensor]
"""From pictures [B, 3, side, side] to rows [B, …]."""


def contributions(job: Job[ContributionsSpec]) -> None:
    """Write the contributions of all pictures, with what is known of pictures and components.

    Raises:
        UserError: An encoder that cannot be decomposed, or whose components do not sum to its representation; weights
            or pictures that cannot be read; a value that is not finite; no GPU where one was asked for.
        SystemExit: Stopped by a signal; the rows so far are kept.
    """
    spec, device = job.spec, Device(job.spec.compute)
    encoder = encoder_of(job, spec.encoder, device)
    of = Decomposer(encoder, spec.start, spec.policy, layernorm=spec.layernorm)
    error = require_exact(of)
    about = about_encoder(spec.encoder) | {"policy": spec.policy, "start": of.parts[0].name}
    about |= {"layernorm": spec.layernorm, "error": error}
    write_table(job, job.output.components, table(of.components), **about)
    shape = (len(of.components), encoder.width)
    parts = _parts(job, encoder)
    rows = Rows(job.output.vectors, (_count(parts), *shape), spec.stored, key_of(job))
    title = f"contributions of {spec.encoder.name}"
    _fill(rows, parts, lambda images: of(images)[1], spec.pictures.batch, title, device)
    write_table(job, job.output.pictures, pictures_table(parts), **about)
    rows.finish(record_of(job, job.output.vectors, **about))


def representations(job: Job[RepresentationsSpec]) -> None:
    """Write the representations of all pictures, with what is known of pictures.

    Raises:
        UserError, SystemExit: As `contributions`.
    """
    spec, device = job.spec, Device(job.spec.compute)
    encoder = encoder_of(job, spec.encoder, device)
    parts = _parts(job, encoder)
    rows = Rows(job.output.z, (_count(parts), encoder.width), "float32", key_of(job))
    _fill(rows, parts, encoder, spec.pictures.batch, f"representations of {spec.encoder.name}", device)
    about = about_encoder(spec.encoder)
    write_table(job, job.output.pictures, pictures_table(parts), **about)
    rows.finish(record_of(job, job.output.z, **about))


def _parts(job: Job[ContributionsSpec] | Job[RepresentationsSpec], encoder: Encoder) -> dict[str, Pictures]:
    of = job.spec.pictures
    return parts_of(of.parts, encoder, of.seed, job.input.all("indexes"), job.input.all("scenes"))


def _count(parts: Mapping[str, Pictures]) -> int:
    return sum(len(part.table) for part in parts.values())


@torch.no_grad()
def _fill(rows: Rows, parts: Mapping[str, Pictures], encode: Encode, batch: int, title: str, device: Device) -> None:
    """Encode the pictures whose rows are missing."""

    def encoded() -> Iterator[np.ndarray]:
        before = 0
        for part in parts.values():
            skipped = min(max(rows.done - before, 0), len(part.table))
            before += len(part.table)
            for images in part.batches(batch, skipped) if skipped < len(part.table) else ():
                yield encode(images.to(device.torch)).cpu().numpy()

    fill(rows, encoded(), title)

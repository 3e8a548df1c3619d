"""The job that visualises sets of features of one encoder.

Features run in chunks of one place. Each chunk has a checkpoint, of its state while it runs and of its pictures once
it is done, so that a job that was stopped goes on and comes to the same pictures.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import about_encoder
from vitatlas.features.top.read import percentiles
from vitatlas.features.visualise.ascent import Ascent
from vitatlas.features.visualise.measures import measured
from vitatlas.features.visualise.plan import Planned, plan_of
from vitatlas.features.visualise.spec import VisualiseSpec
from vitatlas.jobs.checkpoint import Checkpoint, StopRequest, key_of
from vitatlas.jobs.embedded import add_record
from vitatlas.jobs.files import atomic, check_space
from vitatlas.jobs.job import Job
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.provenance import record_of
from vitatlas.jobs.stopping import STOPPED
from vitatlas.jobs.tables import write_table


def visualise(job: Job[VisualiseSpec]) -> None:
    """Write the pictures, and one row for each: model, run, set, site, layer, unit, replicate, weight, weight_units,
    preset, parametrisation, steps, copies, learning_rate, activation, activation_augmented, sd, percentile,
    total_variation, saturated, high_frequency, seconds.

    `sd` is the standard deviation of the unit's scores of natural pictures, `percentile` the rank of `activation` among
    them; missing where no scores were handed over. `seconds` are of the chunk, per feature: of all columns the one that
    differs when the job runs again.

    Raises:
        UserError: As `plan_of`; or a loss is not finite; or there is no GPU where one was asked for.
        SystemExit: Stopped by a signal; what is done is kept.
    """
    device = Device(job.spec.compute)
    planned, key, images = plan_of(job, device), key_of(job), job.output.images
    names = [images.with_name(f"{images.name}.{number:05d}") for number in range(len(planned))]
    stored = [Checkpoint(name, key, job.spec.compute.checkpoint_every_s) for name in names]
    total = sum(len(one.task.features) * one.task.settings.steps for one in planned)
    title = f"pictures of {job.spec.encoder.name}"
    rows: list[dict[str, Any]] = []
    with StopRequest() as stop, Progress(total, title, unit="step") as progress:
        for one, checkpoint in zip(planned, stored, strict=True):
            rows += _finished(one, checkpoint, device, stop, progress)
    table = pd.DataFrame(rows).assign(**about_encoder(job.spec.encoder))
    write_table(job, job.output.table, table[list(dict.fromkeys([*COLUMNS, *table.columns]))], **_how(job, device))
    _gather(job, stored, len(rows))


COLUMNS = [
    *(
        "model",
        "run",
        "set",
        "site",
        "layer",
        "unit",
        "replicate",
        "weight",
        "weight_units",
        "preset",
        "parametrisation",
    ),
    *("steps", "copies", "learning_rate", "activation", "activation_augmented", "sd", "percentile"),
    *("total_variation", "saturated", "high_frequency", "seconds"),
]
"""Of the table, in order."""


def _finished(
    one: Planned, checkpoint: Checkpoint, device: Device, stop: StopRequest, progress: Progress
) -> list[dict[str, Any]]:
    """The rows of a chunk, whose pictures are in its checkpoint then."""
    task, state = one.task, checkpoint.load() or {}
    count = len(task.features)
    if "images" in state:
        progress.step(count * task.settings.steps)
        rows: list[dict[str, Any]] = state["rows"]
        return rows
    ascent, before, start = Ascent(task, device), state.get("seconds", 0.0), time.perf_counter()
    if state:
        ascent.resume(state["ascent"])
        progress.step(count * ascent.step)
    while not ascent.done:
        ascent.advance()
        progress.step(count)
        if stop.signal or checkpoint.due:
            ascent.check()
            checkpoint.save({"ascent": ascent.state(), "seconds": before + time.perf_counter() - start})
        if stop.signal:
            print(f"{progress.title}: stopped in step {ascent.step}; run again to continue", file=sys.stderr)
            raise SystemExit(STOPPED)
    images = ascent.pictures()
    rows = _rows(one, images, device)
    seconds = (before + time.perf_counter() - start) / count
    rows = [row | _about(one) | {"seconds": seconds} for row in rows]
    checkpoint.save({"images": images.cpu(), "rows": rows})
    return rows


def _rows(one: Planned, images: Tensor, device: Device) -> list[dict[str, Any]]:
    """The rows of a chunk's features."""
    task, count = one.task, len(one.task.features)
    units = torch.tensor([feature.unit for feature in task.features], device=images.device)
    found = measured(images, units, task.place, task.settings, device)
    unknown = [math.nan] * count
    found["sd"] = unknown if one.natural is None else one.natural["sd"].tolist()
    activations = np.array(found["activation"])
    found["percentile"] = unknown if one.natural is None else percentiles(one.natural, activations).tolist()
    return [
        feature.row() | {name: values[number] for name, values in found.items()}
        for number, feature in enumerate(task.features)
    ]


def _about(one: Planned) -> dict[str, Any]:
    """The columns that are the same in all rows of a chunk."""
    settings = one.task.settings
    return {
        "set": one.name,
        "weight_units": one.weight_units,
        "preset": one.task.protocol.preset if settings.augmented else "none",
        "parametrisation": settings.parametrisation,
        "steps": settings.steps,
        "copies": settings.drawn,
        "learning_rate": settings.learning_rate,
    }


def _how(job: Job[VisualiseSpec], device: Device) -> dict[str, Any]:
    """The table's words about itself."""
    precision = "bf16" if device.half else "fp32"
    return {**about_encoder(job.spec.encoder), "precision": precision, "together": job.spec.together}


def _gather(job: Job[VisualiseSpec], stored: Sequence[Checkpoint], count: int) -> None:
    """Put the pictures of all chunks into one file, and take the checkpoints away."""
    with atomic(job.output.images) as part:
        side, first = job.spec.encoder.model.encoder.image, 0
        check_space(part, count * side * side * 3)
        whole = np.lib.format.open_memmap(part, mode="w+", dtype=np.uint8, shape=(count, side, side, 3))
        for checkpoint in stored:
            images = (checkpoint.load() or {})["images"].permute(0, 2, 3, 1).numpy()
            whole[first : first + len(images)] = images
            first += len(images)
        whole.flush()
        add_record(part, record_of(job, job.output.images, **about_encoder(job.spec.encoder)))
    for checkpoint in stored:
        checkpoint.remove()

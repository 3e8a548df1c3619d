"""The job that turns and shifts top pictures of units (our reading of figures 12 to 15).

One pass over the pictures that are the top one of any unit: no more than a batch of copies is in memory. A job that was
stopped goes on with the next picture.
"""

from __future__ import annotations

import sys

import pandas as pd
import torch

from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import about_encoder, encoder_of
from vitatlas.encoders.seen.pictures import Pictures, parts_of
from vitatlas.errors import UserError
from vitatlas.features.moved.copies import STEPS
from vitatlas.features.moved.ratio import layer_ratios, unit_ratios
from vitatlas.features.moved.scores import COLUMNS, unit_scores
from vitatlas.features.moved.spec import MovedSpec
from vitatlas.features.moved.units import units_with_pictures
from vitatlas.jobs.checkpoint import Checkpoint, StopRequest, key_of
from vitatlas.jobs.job import Job
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.stopping import STOPPED
from vitatlas.jobs.tables import write_table
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import layers


def moved(job: Job[MovedSpec]) -> None:
    """Write what stays of activations.

    units: model, run, site, layer, unit, picture, motion (rotation, translation), before, after, ratio. table: model,
    run, site, layer, motion, before, after, ratio, error, units, n, of_means.

    Raises:
        UserError: Steps that are no shifts; a table of other pictures or another model; scores that are not finite;
            pictures that cannot be read.
        SystemExit: Stopped by a signal; the pictures so far are kept.
    """
    spec, device = job.spec, Device(job.spec.compute)
    encoder = encoder_of(job, spec.encoder, device)
    _require_step(spec.step, encoder.side)
    parts = parts_of(spec.pictures.parts, encoder, spec.pictures.seed, job.input.all("indexes"))
    ((part, pictures),) = parts.items()
    units = units_with_pictures(job.input.top, spec, part, pictures, layers(encoder, encoder.side))
    scores = pd.DataFrame(_scored(job, encoder, pictures, units).numpy(), columns=list(COLUMNS))
    found = units.drop(columns="position").join(scores).sort_values(["layer", "unit"], ignore_index=True)
    ratios = unit_ratios(found, first_copy=spec.before == "reference")
    about = about_encoder(spec.encoder)
    write_table(job, job.output.units, ratios.assign(**about), **about)
    write_table(job, job.output.table, layer_ratios(ratios).assign(**about), **about)


def _scored(job: Job[MovedSpec], encoder: Encoder, pictures: Pictures, units: pd.DataFrame) -> torch.Tensor:
    """The scores of the units, float64 [units, 4], from where an interrupted job left."""
    spec, checkpoint = job.spec, Checkpoint(job.output.table, key_of(job), job.spec.compute.checkpoint_every_s)
    state = checkpoint.load() or {"done": 0, "scores": []}
    done, found, total = int(state["done"]), list(state["scores"]), int(units["position"].nunique())
    network, title = layers(encoder, encoder.side), f"moved pictures of {spec.encoder.name}"
    with StopRequest() as stop, Progress(total, title, "picture", done=done) as progress:
        some = unit_scores(encoder, network, pictures, units, spec.pictures.batch, spec.step, spec.seed, done)
        for count, scores in some:
            _require_finite(scores)
            found.append(scores)
            done += count
            progress.step(count)
            if done < total and (stop.signal or checkpoint.due):
                checkpoint.save({"done": done, "scores": found})
            if done < total and stop.signal:
                print(f"{title}: stopped after {done} of {total}; run again to continue", file=sys.stderr)
                raise SystemExit(STOPPED)
    checkpoint.remove()
    return torch.cat(found)


def _require_step(step: int, side: int) -> None:
    if step * (STEPS - 1) >= side:
        raise UserError(
            f"{STEPS - 1} steps of {step} pixels are not less than the side of the pictures, {side}",
            where="key `moved.step`",
            remedy="take a smaller step",
        )


def _require_finite(scores: torch.Tensor) -> None:
    if not bool(scores.isfinite().all()):
        raise UserError("the score of a unit is not finite", where="--input weights", remedy="look at the weights")

"""The job that learns the maps of one encoder's components into the text space."""

from __future__ import annotations

from typing import Any

import pandas as pd

from vitatlas.components.align.files import save_maps
from vitatlas.components.align.fit import Aligned, align
from vitatlas.components.align.maps import identity
from vitatlas.components.align.pairs import Pairs
from vitatlas.components.align.space import KEYS, space_of
from vitatlas.components.align.spec import AlignSpec
from vitatlas.components.store.read import (
    Contributions,
    Representations,
    load_contributions,
    load_representations,
    require_same_pictures,
)
from vitatlas.device import Device
from vitatlas.jobs.checkpoint import Checkpoint, key_of
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import weights_metadata
from vitatlas.jobs.tables import write_table


def learn_maps(job: Job[AlignSpec]) -> None:
    """Write the maps, and the history of their learning: epoch, step, metric, value.

    Raises:
        UserError: Contributions and targets of other pictures; as `align`.
        SystemExit: Stopped by a signal, with a checkpoint.
    """
    spec = job.spec
    contributions = load_contributions(*job.input.all("contributions"))
    checkpoint = Checkpoint(job.output.maps, key_of(job), spec.compute.checkpoint_every_s)
    found = _identity(contributions) if spec.own_space else _learned(job, contributions, checkpoint)
    about = {"model": spec.name, "run": spec.run, "held_out": found.held_out, "epoch": found.epoch} | _space(job)
    save_maps(job.output.maps, found.maps, contributions.names, weights_metadata(job, job.output.maps, about))
    columns = ["epoch", "step", "metric", "value"]
    history = pd.DataFrame(found.history, columns=columns)
    history = history.assign(model=spec.name, run=spec.run, method=spec.method)
    write_table(job, job.output.history, history, **about)
    checkpoint.remove()


def _space(job: Job[AlignSpec]) -> dict[str, Any]:
    """The CLIP model of the text space: the model itself, or that of the targets."""
    if job.spec.own_space:
        return dict(zip(KEYS, (job.spec.name, job.spec.run), strict=True))
    return space_of(job.input.all("targets")[1])


def _identity(contributions: Contributions) -> Aligned:
    """Of a model of the text space itself."""
    components, width = contributions.mapped.shape[1:]
    return Aligned(identity(components, width), 0.0, 0, [])


def _learned(job: Job[AlignSpec], contributions: Contributions, checkpoint: Checkpoint) -> Aligned:
    spec, device = job.spec, Device(job.spec.compute)
    targets = load_representations(*job.input.all("targets"))
    return align(
        spec.method,
        spec.settings,
        _pairs(contributions, targets, spec.train),
        _pairs(contributions, targets, spec.held_out),
        title=f"maps of {spec.name} by {spec.method}",
        device=device.torch,
        seed=spec.seed,
        checkpoint=checkpoint,
    )


def _pairs(contributions: Contributions, targets: Representations, part: str) -> Pairs:
    own, theirs = contributions.part(part), targets.part(part)
    require_same_pictures(own, theirs)
    return Pairs(own.mapped, theirs.z, own.where)

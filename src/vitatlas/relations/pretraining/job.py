"""The job that pretrains a small backbone."""

from __future__ import annotations

import pandas as pd

from vitatlas.device import Device
from vitatlas.jobs.checkpoint import Checkpoint, key_of
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import weights_metadata
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.tables import write_table
from vitatlas.models.weights import save_safetensors
from vitatlas.relations.finetuning.build import build
from vitatlas.relations.pretraining.run import PretrainingRun
from vitatlas.relations.pretraining.spec import PretrainSpec
from vitatlas.relations.pretraining.world import World
from vitatlas.training.loop import run


def pretrain(job: Job[PretrainSpec]) -> None:
    """Train, and keep the backbone.

    Raises:
        UserError: No GPU where one was asked for; a block that the model does not have; divergence.
        SystemExit: Stopped by a signal, with a checkpoint.
    """
    spec = job.spec
    seed = derive_seed(spec.seed, "pretrain", spec.name, spec.run)
    device = Device(spec.compute)
    training = PretrainingRun(
        title=f"pretraining {spec.name}/run{spec.run}",
        classifier=build(spec.model, spec.geometry, seed=derive_seed(seed, "weights")),
        settings=spec.pretraining,
        world=World(spec.geometry, spec.noise_std, spec.pretraining, device.torch, seed),
        device=device,
        seed=seed,
    )
    checkpoint = Checkpoint(job.output.weights, key_of(job), spec.compute.checkpoint_every_s)
    run(training, checkpoint)
    about = {"model": spec.name, "run": spec.run, "method": spec.pretraining.method, "steps": spec.pretraining.steps}
    metadata = weights_metadata(job, job.output.weights, about)
    save_safetensors(job.output.weights, training.classifier.backbone.state_dict(), metadata)
    write_table(job, job.output.history, pd.DataFrame(training.history))
    write_table(job, job.output.shown, training.shown.table())
    checkpoint.remove()

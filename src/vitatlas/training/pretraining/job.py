"""The job that pretrains a small backbone."""

from __future__ import annotations

import pandas as pd

from vitatlas.config.compute import Compute
from vitatlas.config.models import Backbone, Geometry
from vitatlas.config.training import Pretraining
from vitatlas.device import Device
from vitatlas.jobs import Job, Spec
from vitatlas.models.build import build
from vitatlas.models.weights import save_safetensors
from vitatlas.provenance import weights_metadata
from vitatlas.seeds import derive_seed
from vitatlas.training.checkpoint import Checkpoint, key_of
from vitatlas.training.loop import run
from vitatlas.training.outputs import write_table
from vitatlas.training.pretraining.run import PretrainingRun
from vitatlas.training.pretraining.world import World


class Pretrain(Spec):
    """Pretraining of one backbone. Outputs `weights` (safetensors, the backbone alone) and `history` (Parquet).

    Attributes:
        name: The model's name in the zoo.
        seed: What everything random derives from.
    """

    name: str
    model: Backbone
    geometry: Geometry
    seed: int
    noise_std: float
    pretraining: Pretraining
    compute: Compute


def pretrain(job: Job[Pretrain]) -> None:
    """Train, and keep the backbone.

    Raises:
        UserError: No GPU where one was asked for; a block that the model does not have; divergence.
        SystemExit: Stopped by a signal, with a checkpoint.
    """
    spec = job.spec
    seed = derive_seed(spec.seed, "pretrain", spec.name)
    device = Device(spec.compute)
    training = PretrainingRun(
        title=f"pretraining {spec.name}",
        classifier=build(spec.model, spec.geometry, seed=derive_seed(seed, "weights")),
        settings=spec.pretraining,
        world=World(spec.geometry, spec.noise_std, spec.pretraining, device.torch, seed),
        device=device,
        seed=seed,
    )
    checkpoint = Checkpoint(job.output.weights, key_of(job), spec.compute.checkpoint_every_s)
    run(training, checkpoint)
    about = {"model": spec.name, "method": spec.pretraining.method, "steps": spec.pretraining.steps}
    metadata = weights_metadata(job, job.output.weights, about)
    save_safetensors(job.output.weights, training.classifier.backbone.state_dict(), metadata)
    write_table(job.output.history, pd.DataFrame(training.history))
    checkpoint.remove()

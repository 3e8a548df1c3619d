"""The job that pretrains a miniature encoder."""

from __future__ import annotations

import pandas as pd

from vitatlas.device import Device
from vitatlas.encoders.methods.make import make_method
from vitatlas.encoders.run import EncoderRun
from vitatlas.encoders.scenes import Scenes
from vitatlas.encoders.spec import PretrainEncoderSpec
from vitatlas.encoders.start import start_from
from vitatlas.jobs.checkpoint import Checkpoint, key_of
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import weights_metadata
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.tables import write_table
from vitatlas.models.encoder import Encoder
from vitatlas.models.encoder_weights import loaded_encoder
from vitatlas.models.weights import save_safetensors
from vitatlas.training.loop import run


def pretrain_encoder(job: Job[PretrainEncoderSpec]) -> None:
    """Train, and keep what remains of the method.

    Raises:
        UserError: No GPU where one was asked for; a network that the method does not suit; divergence.
        SystemExit: Stopped by a signal, with a checkpoint.
    """
    spec, device = job.spec, Device(job.spec.compute)
    settings = spec.training
    scenes = Scenes(settings.world, spec.model.encoder.image, settings.batch, device.torch, spec.seed)
    method = make_method(spec.model, settings, scenes, _teacher(job, device), derive_seed(spec.seed, "weights"))
    if spec.start is not None:
        start_from(method.encoder.backbone, spec.start, job.input.start)
    training = EncoderRun(f"pretraining {spec.name}/run{spec.run}", method, settings, device)
    checkpoint = Checkpoint(job.output.weights, key_of(job), spec.compute.checkpoint_every_s)
    run(training, checkpoint)
    about = {"model": spec.name, "run": spec.run, "method": settings.method, "steps": settings.steps}
    save_safetensors(job.output.weights, method.kept(), weights_metadata(job, job.output.weights, about))
    write_table(job, job.output.history, pd.DataFrame(training.history))
    checkpoint.remove()


def _teacher(job: Job[PretrainEncoderSpec], device: Device) -> Encoder | None:
    if job.spec.teacher is None:
        return None
    return loaded_encoder(job.spec.teacher, [job.input.teacher]).to(device.torch)

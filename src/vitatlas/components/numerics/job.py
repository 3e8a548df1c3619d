"""The job that looks at the numerics of one encoder's decomposition: its error, its policies for biases, its cost."""

from __future__ import annotations

import torch
from torch import Tensor

from vitatlas.components.decompose import Decomposer
from vitatlas.components.numerics.bias_policy import bias_policy
from vitatlas.components.numerics.exactness import exactness
from vitatlas.components.numerics.spec import NumericsSpec
from vitatlas.components.numerics.throughput import throughput
from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import about_encoder, encoder_of
from vitatlas.encoders.seen.pictures import parts_of
from vitatlas.errors import UserError
from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table
from vitatlas.models.encoder import Encoder


@torch.no_grad()
def numerics(job: Job[NumericsSpec]) -> None:
    """Write one table each for exactness, policies and cost: model, run, and the columns of `exactness`, `bias_policy`,
    `throughput`.

    Raises:
        UserError: An encoder that cannot be decomposed; weights or pictures that cannot be read; too few pictures.
    """
    spec, device = job.spec, Device(job.spec.compute)
    encoder = encoder_of(job, spec.encoder, device)
    of, size = Decomposer(encoder, spec.start, spec.policy), spec.pictures.batch
    images = _pictures(job, encoder)
    tables = {
        "throughput": throughput(of, images[:size].to(device.torch), spec.rounds, spec.seed),
        "bias_policy": bias_policy(encoder, _batches(images[: spec.compared], size, device), spec.start),
        # Last, since it leaves the encoder in double precision
        "exactness": exactness(encoder, _batches(images[: spec.exact], size, device), spec.start, spec.seed),
    }
    about = about_encoder(spec.encoder)
    for name, table in tables.items():
        write_table(job, getattr(job.output, name), table.assign(**about), **about)


def _pictures(job: Job[NumericsSpec], encoder: Encoder) -> Tensor:
    """As many of the first pictures as are needed, uint8 [N, 3, side, side].

    Raises:
        UserError: There are fewer.
    """
    spec = job.spec
    ((name, part),) = parts_of(spec.pictures.parts, encoder, spec.pictures.seed, job.input.all("indexes")).items()
    wanted = max(spec.exact, spec.compared, spec.pictures.batch)
    if len(part.table) < wanted:
        raise UserError(
            f"{wanted} pictures of part '{name}' are asked for, and it has {len(part.table)}",
            where="key 'components.numerics'",
            remedy="ask for fewer",
        )
    return next(part.batches(wanted))


def _batches(images: Tensor, size: int, device: Device) -> list[Tensor]:
    return [batch.to(device.torch) for batch in images.split(size)]

"""Encoders of jobs, and what their tables say of them and of their pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from vitatlas.device import Device
from vitatlas.encoders.seen.pictures import Pictures
from vitatlas.encoders.seen.spec import EncoderSpec
from vitatlas.jobs.job import Job
from vitatlas.models.encoder import Encoder
from vitatlas.models.encoder_weights import loaded_encoder


def encoder_of(job: Job[Any], spec: EncoderSpec, device: Device) -> Encoder:
    """The encoder of a job, in evaluation mode on its device.

    Raises:
        UserError: Weights that do not fit.
    """
    return loaded_encoder(spec.model, job.input.all("weights"), seed=spec.weights_seed).to(device.torch).eval()


def about_encoder(spec: EncoderSpec) -> dict[str, Any]:
    """The encoder, as columns of its tables."""
    return {"model": spec.name, "run": spec.run}


def pictures_table(parts: Mapping[str, Pictures]) -> pd.DataFrame:
    """All pictures, with the part that each belongs to."""
    return pd.concat([part.table.assign(part=name) for name, part in parts.items()], ignore_index=True)

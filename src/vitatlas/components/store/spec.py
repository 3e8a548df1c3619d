"""The specs of the jobs that store representations of pictures. Imports no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.components.config.pictures import Source
from vitatlas.components.config.protocol import Switch
from vitatlas.config.compute import Compute
from vitatlas.config.models import EncoderEntry
from vitatlas.config.strict import Strict

Policy = Literal["separate", "own", "uniform"]
Stored = Literal["float32", "float16"]


class EncoderSpec(Strict):
    """One encoder, as every job that runs it gets it. Input `weights` (none for random ones).

    Attributes:
        name: The model's name in the zoo.
        run: Which of its pretrainings.
        weights_seed: What random weights derive from.
    """

    name: str
    run: int
    model: EncoderEntry
    weights_seed: int


class PicturesSpec(Strict):
    """The pictures of a set, by part. Input `indexes`, of the data sets that the user brings.

    Attributes:
        parts: Where they come from.
        seed: What scenes and draws derive from.
        batch: Pictures at a time.
    """

    parts: dict[str, Source] = Field(min_length=1)
    seed: int
    batch: int


class ContributionsSpec(Strict):
    """The contributions of one encoder's components. Inputs `weights`, `indexes`; outputs `vectors` (npy), `pictures`
    and `components` (Parquet).

    Attributes:
        start: The first block whose layers are components; None: the first of all.
        policy: Where biases go.
        stored: How numbers are stored.
        layernorm: The statistics that norms are frozen with.
    """

    encoder: EncoderSpec
    pictures: PicturesSpec
    start: str | None
    policy: Policy
    stored: Stored
    layernorm: Switch = "corrected"
    compute: Compute


class RepresentationsSpec(Strict):
    """The representations of one encoder. Inputs `weights`, `indexes`; outputs `z` (npy), `pictures` (Parquet)."""

    encoder: EncoderSpec
    pictures: PicturesSpec
    compute: Compute

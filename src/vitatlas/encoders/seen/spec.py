"""The specs of an encoder and of the pictures that it sees, parts of the specs of jobs. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.models import EncoderEntry
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.sources import Source


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

"""The specs of the jobs that pretrain encoders, measure them, and read pictures with them. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.models import EncoderEntry
from vitatlas.config.strict import Strict
from vitatlas.encoders.config import EncoderTraining
from vitatlas.images.world.settings import WorldSettings


class PretrainEncoderSpec(Strict):
    """The pretraining of one encoder. Inputs `teacher` and `start` where it has them; outputs `weights` (safetensors,
    of both towers of a CLIP model) and `history`.

    Attributes:
        name: The model's name in the zoo.
        run: Which of its pretrainings.
        teacher: The model that it learns from, if any.
        start: The model whose weights it starts from, if any.
        seed: What everything random derives from.
    """

    name: str
    run: int
    model: EncoderEntry
    training: EncoderTraining
    teacher: EncoderEntry | None
    start: EncoderEntry | None = None
    seed: int
    compute: Compute


class EncoderQualitySpec(Strict):
    """The knowledge that one encoder has of the picture world. Input `weights` (none for random ones); output `table`.

    Attributes:
        training: How it was pretrained; None for random weights.
        world: How the scenes are drawn.
        scenes: By split, how many: `probe` to fit linear probes, `validation` to choose their penalty by, `test` to
            measure.
        seed: What the scenes derive from.
        weights_seed: What random weights derive from.
    """

    name: str
    run: int
    model: EncoderEntry
    training: EncoderTraining | None
    world: WorldSettings
    scenes: dict[str, int] = Field(min_length=3)
    seed: int
    weights_seed: int
    compute: Compute


class ReadPicturesSpec(Strict):
    """The pictures of one data set through one encoder. Inputs `index` and `weights` (none for random ones); outputs
    `table` and `sites`.

    Attributes:
        data: Name of the data set.
        name: The model's name in the zoo.
        run: Which of its pretrainings.
        sites: Names of the sites to read.
        batch: Pictures at a time.
        weights_seed: What random weights derive from.
    """

    data: str
    name: str
    run: int
    model: EncoderEntry
    sites: list[str]
    batch: int
    weights_seed: int
    compute: Compute

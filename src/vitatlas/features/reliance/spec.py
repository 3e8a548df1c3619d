"""The specs of the jobs that classify changed pictures. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec
from vitatlas.features.config.reliance import Cutoff, Switch


class RelianceSpec(Strict):
    """One encoder, and the pictures that it classifies. Inputs `weights`, `indexes`; outputs `table` and `hits`.

    Attributes:
        attribute, classes: What scenes of the picture world are classified by, and its values in the order of the
            encoder's logits. Pictures of a data set are classified by its labels.
        seed: Of the sets of pictures that intervals are made from.
    """

    encoder: EncoderSpec
    pictures: PicturesSpec
    attribute: str
    classes: list[str]
    seed: int
    compute: Compute


class MaskedSpec(RelianceSpec):
    """Pictures without their object, and without all else. Output `examples` too (Parquet).

    Attributes:
        boxes: How annotated boxes become pixels.
    """

    boxes: Switch


class LowPassSpec(RelianceSpec):
    """Pictures without their high frequencies. Input `scenes` too: pixels and table of parts that are stored scenes.

    Attributes:
        cutoffs: In half the side of the encoder's pictures.
    """

    cutoffs: list[Cutoff] = Field(min_length=2)

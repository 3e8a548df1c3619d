"""The spec of the job that measures the last layer of one encoder. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec


class LastLayerSpec(Strict):
    """The accuracy of one encoder's head on tokens, and of class tokens that were kept apart. Inputs `weights`,
    `indexes`, and `head` for an encoder without its own, or to take its place (safetensors: weight [classes, width of
    z], bias [classes]); outputs `table` and `by_picture`.

    Attributes:
        pictures: One part.
        attribute: What scenes of the picture world are classified by.
        classes: Its values, in the order of the head's outputs. Pictures that a user brings are labelled by number.
        layers: Numbers l of blocks, 0 to L; None: all.
    """

    encoder: EncoderSpec
    pictures: PicturesSpec
    attribute: str
    classes: list[str] = Field(min_length=2)
    layers: list[int] | None = Field(default=None, min_length=1)
    compute: Compute

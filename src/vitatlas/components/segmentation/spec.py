"""The spec of the job that segments pictures. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.components.config.protocol import Switch
from vitatlas.components.store.spec import Policy
from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec


class SegmentationSpec(Strict):
    """Segmentations by one encoder's logits. Inputs `weights`, `indexes`, `head` (none for an encoder with its own);
    output `table`.

    Attributes:
        pictures: One part, with masks.
        start: The first block whose heads count; None: the first of all.
        policy: Where biases go.
        layernorm: The statistics that norms are frozen with.
        attribute: What scenes of the picture world are classified by.
        classes: Its values, in the order of the head's outputs. Pictures that a user brings are labelled by number.
        seed: Of the random map, and of draws of pictures for standard errors; the same for all encoders.
    """

    encoder: EncoderSpec
    pictures: PicturesSpec
    start: str | None
    policy: Policy
    layernorm: Switch = "corrected"
    attribute: str
    classes: list[str] = Field(min_length=2)
    seed: int
    compute: Compute

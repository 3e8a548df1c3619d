"""The spec of the job that sets layers to their means. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.components.config.protocol import Switch
from vitatlas.components.store.spec import Policy
from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec


class AblationSpec(Strict):
    """Top-1 of one encoder with more and more layers at their means. Inputs `weights`, `indexes`, `head` (none for an
    encoder with its own); output `table`.

    Attributes:
        pictures: One part.
        policy: Where biases go.
        layernorm: The statistics that norms are frozen with.
        attribute: What scenes of the picture world are classified by.
        classes: Its values, in the order of the head's outputs. Pictures that a user brings are labelled by number.
    """

    encoder: EncoderSpec
    pictures: PicturesSpec
    policy: Policy
    layernorm: Switch = "corrected"
    attribute: str
    classes: list[str] = Field(min_length=2)
    compute: Compute

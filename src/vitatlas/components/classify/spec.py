"""The spec of the job that makes heads. Imports no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.encoders import TextSizes
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec


class ClassifierSpec(Strict):
    """A head of one encoder. Inputs `contributions`, and `weights` of both towers for `texts`; outputs `head`
    (safetensors: weight [classes, d], bias [classes]).

    Attributes:
        kind: texts: the names of classes; probe: ridge regression from z.
        attribute, classes: What scenes of the picture world are classified by, and its values. Pictures of a data set
            are classified by its labels, and their texts are the names of ImageNet's classes.
        small: The text tower of a model that the workflow pretrains.
        fitted, chosen: The parts of pictures that a probe is fitted on, and its penalty chosen by.
    """

    encoder: EncoderSpec
    kind: Literal["texts", "probe"]
    attribute: str
    classes: list[str] = Field(min_length=2)
    small: TextSizes | None
    fitted: str
    chosen: str
    compute: Compute

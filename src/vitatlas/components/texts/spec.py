"""The spec of the job that embeds texts. Imports no torch."""

from __future__ import annotations

from vitatlas.components.config.features import Feature
from vitatlas.config.compute import Compute
from vitatlas.config.encoders import TextSizes
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec


class TextsSpec(Strict):
    """The texts of all features, in the space of one CLIP model. Inputs `weights` (of both towers); output `table`.

    Attributes:
        features: By name.
        classes: Whether the names of ImageNet's classes are texts too, in the place of a feature.
        small: The text tower of a model that the workflow pretrains; None for a published one.
    """

    encoder: EncoderSpec
    features: dict[str, Feature]
    classes: bool
    small: TextSizes | None
    compute: Compute

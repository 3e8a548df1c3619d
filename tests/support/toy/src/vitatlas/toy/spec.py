"""The spec of the job that measures responses. Imports no torch."""

from __future__ import annotations

from vitatlas.config.compute import Compute
from vitatlas.config.models import Backbone
from vitatlas.config.strict import Strict
from vitatlas.toy.artifacts import Feature


class ToyResponsesSpec(Strict):
    """One layer of one model, and one feature. Input `weights` (none for random weights); output `table`.

    Attributes:
        side: Of the images, in pixels.
        images: Number of images.
        seed: What random weights are drawn from.
    """

    name: str
    model: Backbone
    layer: int
    feature: Feature
    side: int
    images: int
    seed: int
    compute: Compute

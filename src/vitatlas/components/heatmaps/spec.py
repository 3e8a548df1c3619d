"""The spec of the job that makes heat-maps. Imports no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.components.config.protocol import Switch
from vitatlas.components.store.spec import Policy
from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec

Selection = Literal["score", "variance"]
"""How heads are chosen for a feature: the one with the highest score; or the three that explain most variance, whose
maps are summed (the authors' code)."""

HEADS: dict[Selection, int] = {"score": 1, "variance": 3}
"""How many heads are chosen."""


class HeatmapsSpec(Strict):
    """Heat-maps of one encoder's heads. Inputs `weights`, `indexes`, `maps`, `texts`, `scores`; output `table`.

    Attributes:
        pictures: One part.
        start: The first block whose layers are components; None: the first of all.
        policy: Where biases went when maps were learned.
        layernorm: The statistics that norms were frozen with then.
        selection: Of the heads that are shown.
        probes: The pictures that are shown, by their attributes; of features without an attribute, with their text.
        shown: The features whose maps are shown, for each of these pictures.
        labels: Features whose texts are values of an attribute of the picture world: the attribute, by feature.
        measured: How many pictures maps are held against masks on.
        seed: Of the heads that are drawn at random.
    """

    encoder: EncoderSpec
    pictures: PicturesSpec
    start: str | None
    policy: Policy
    layernorm: Switch = "corrected"
    selection: Selection
    probes: list[dict[str, str]]
    shown: list[list[str]]
    labels: dict[str, str]
    measured: int = Field(gt=0)
    seed: int
    compute: Compute

"""The spec of the job that finds the components which carry a user's words. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.components.align.config import Alignment, Method
from vitatlas.components.config.protocol import Switch
from vitatlas.components.store.spec import Policy
from vitatlas.config.compute import Compute
from vitatlas.config.encoders import TextSizes
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec


class OwnSpec(Strict):
    """One model, one data set, one list of words.

    Inputs `weights` (of the model), `indexes`, `words` (the list), `tower` (weights of the text tower); `text_weights`,
    those of the CLIP model's image encoder (none for random ones, and where the words are of the model's own space).
    Outputs `table` (components by words) and `heatmaps`.

    Attributes:
        encoder: The model.
        pictures: One part.
        text: The CLIP model of whose space the words are.
        small: Its text tower where the workflow pretrains it; None for a published one.
        method: How components are mapped into that space; None: they are in it.
        settings: How maps are learned.
        start: The first block whose layers are components; None: the first of all.
        policy: Where biases go.
        layernorm: The statistics that norms are frozen with.
        pictures_shown: Pictures with heat-maps, the first ones.
        shown: Ids of these in their place; empty: none are named.
        heads: Heads whose heat-maps are shown for a word.
        seed: Of maps before they are learned, and of random directions.
    """

    encoder: EncoderSpec
    pictures: PicturesSpec
    text: EncoderSpec
    small: TextSizes | None
    method: Method | None
    settings: Alignment
    start: str | None
    policy: Policy
    layernorm: Switch
    pictures_shown: int = Field(gt=0)
    shown: list[str]
    heads: int = Field(gt=0)
    seed: int
    compute: Compute

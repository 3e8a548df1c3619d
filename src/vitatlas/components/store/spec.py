"""The specs of the jobs that store representations of pictures. Imports no torch."""

from __future__ import annotations

from typing import Literal

from vitatlas.components.config.protocol import Switch
from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec

Policy = Literal["separate", "own", "uniform"]
Stored = Literal["float32", "float16"]


class ContributionsSpec(Strict):
    """The contributions of one encoder's components. Inputs `weights`, `indexes`, `scenes` (pixels and table of each
    part that is scenes); outputs `vectors` (npy), `pictures` and `components` (Parquet).

    Attributes:
        start: The first block whose layers are components; None: the first of all.
        policy: Where biases go.
        stored: How numbers are stored.
        layernorm: The statistics that norms are frozen with.
    """

    encoder: EncoderSpec
    pictures: PicturesSpec
    start: str | None
    policy: Policy
    stored: Stored
    layernorm: Switch = "corrected"
    compute: Compute


class RepresentationsSpec(Strict):
    """The representations of one encoder. Inputs as of `ContributionsSpec`; outputs `z` (npy), `pictures` (Parquet)."""

    encoder: EncoderSpec
    pictures: PicturesSpec
    compute: Compute

"""The spec of the job that scores units, and the names in its tables. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec
from vitatlas.features.config.top import SiteOfLayer

BY = ("mean", "maximum")
"""The ways to sum up a unit's activations over the patches of a picture, in the order of the array's last axis."""

QUANTILES = {
    **{"q001": 0.001, "q01": 0.01, "q05": 0.05, "q10": 0.1, "q25": 0.25, "q50": 0.5},
    **{"q75": 0.75, "q90": 0.9, "q95": 0.95, "q99": 0.99, "q999": 0.999},
}
"""The columns of quantiles in the table of moments, in rising order."""


class UnitScoresSpec(Strict):
    """The scores of an encoder's units on a set of pictures. Inputs `weights`, `indexes`, `scenes` (pixels and table of
    parts that are stored); outputs `scores` (npy float32
    [pictures, units, 2]), `units`, `pictures`, `moments` and `top` (Parquet).

    Attributes:
        sites: Which units.
        kept: Top pictures per part, unit and way to sum up.
    """

    encoder: EncoderSpec
    pictures: PicturesSpec
    sites: list[SiteOfLayer] = Field(min_length=1)
    kept: int = Field(gt=0)
    compute: Compute

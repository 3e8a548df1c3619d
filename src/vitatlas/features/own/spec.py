"""The specs of the jobs that visualise and map the units that a page shows. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec
from vitatlas.features.config.visualise import VisualiseSettings
from vitatlas.features.maps.spec import UnitsOfLayer


class Shown(Strict):
    """The units of a page.

    Attributes:
        layers: How many layers, evenly spaced; 0 where only `besides` are shown.
        units: How many units of each, the first ones.
        besides: More units.
    """

    layers: int = Field(ge=0)
    units: int = Field(gt=0)
    besides: list[UnitsOfLayer]


class OwnVisualiseSpec(Strict):
    """The visualisations of the units of a page. Inputs `weights`, `moments` and `units` (of `unit_scores`); outputs
    `images` and `table`, as of `VisualiseSpec`.

    Attributes:
        shown: Which units.
        weight: Of total variation, per standard deviation.
        settings: How pictures are optimised.
        together: Features at a time.
        seed: What all draws derive from.
    """

    encoder: EncoderSpec
    shown: Shown
    weight: float = Field(ge=0)
    settings: VisualiseSettings
    together: int = Field(gt=0)
    seed: int
    compute: Compute


class OwnMapsSpec(Strict):
    """The maps of the units of a page on their top pictures. Inputs `weights`, `indexes`, `top`, `moments` and `units`
    (of `unit_scores`); outputs `maps`, `table` and `thumbnails`, as of `MapsSpec`.

    Attributes:
        pictures: One part.
        shown: Which units.
        top: Top pictures of a unit.
        seed: Of draws.
    """

    encoder: EncoderSpec
    pictures: PicturesSpec
    shown: Shown
    top: int = Field(gt=0)
    seed: int
    compute: Compute

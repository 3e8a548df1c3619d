"""The section `features` of the configuration. Imports no torch."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vitatlas.config.names import ByModel, ModelName, Name, NameOf
from vitatlas.config.runs import Runs, require_default, require_distinct, require_exactly, runs_of
from vitatlas.config.schema import PaperSection
from vitatlas.encoders.seen.sources import Source
from vitatlas.features.config.last_layer import LastLayer
from vitatlas.features.config.maps import Maps, Moved
from vitatlas.features.config.own import Own
from vitatlas.features.config.protocol import Protocol
from vitatlas.features.config.quality import Quality
from vitatlas.features.config.reliance import LowPass, Masked
from vitatlas.features.config.selectivity import Selectivity
from vitatlas.features.config.top import Top
from vitatlas.features.config.visualise import FeatureSet

Group = Literal["gallery", "sites", "departures", "parametrisations", "sweep"]
"""The purposes of visualisations."""

Part = Annotated[str, NameOf("part")]
PARTS = ("scored", "classified")
"""The uses of pictures: to score units on, and to classify whole and filtered."""


class FeaturesSection(PaperSection):
    """The things that units of a network respond to, shown and measured."""

    runs: ByModel[Runs] = Field(
        description="numbers of the pretrainings that are looked at: `default`, other ones under a model's name"
    )
    pictures: dict[Part, Source] = Field(description=f"pictures by what they are for: {', '.join(PARTS)}")
    scores: Top = Field(default_factory=Top)
    visualisations: dict[Group, dict[Name, dict[ModelName, FeatureSet]]] = Field(
        description="pictures that make units respond, by what they are for, by a name of yours, by model"
    )
    together: int = Field(default=16, gt=0, description="features that are optimised at a time")
    maps: Maps = Field(default_factory=Maps)
    moved: Moved = Field(default_factory=Moved)
    last_layer: LastLayer = Field(default_factory=LastLayer)
    masked: Masked
    low_pass: LowPass = Field(default_factory=LowPass)
    selectivity: Selectivity = Field(default_factory=Selectivity)
    quality: Quality
    protocol: Protocol = Field(default_factory=Protocol)
    own: dict[Name, Own] = Field(
        default={},
        description="your model and pictures, by a name of yours: `snakemake features_own` makes the pages",
    )

    @model_validator(mode="after")
    def _complete(self) -> FeaturesSection:
        require_default("runs", self.runs)
        require_distinct(self.runs)
        require_exactly("pictures", self.pictures, PARTS, "part")
        return self

    @property
    def switched(self) -> list[str]:
        """The switches that are set to the reference's."""
        return self.protocol.switched

    def runs_of(self, model: str) -> list[int]:
        """The runs of a model."""
        return runs_of(self.runs, model)

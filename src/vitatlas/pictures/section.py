"""The section `pictures` of the configuration. Imports no torch."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from vitatlas.config.names import ByModel, DataName, ModelName, Name, NameOf
from vitatlas.config.numbers import Count
from vitatlas.config.runs import Runs, require_default, require_distinct, require_exactly, runs_of
from vitatlas.config.schema import PaperSection
from vitatlas.config.strict import Strict, WithoutDefaults
from vitatlas.encoders.config import EncoderTraining
from vitatlas.encoders.quality.splits import SPLITS
from vitatlas.images.world.settings import WorldSettings


class Encoders(Strict):
    """Miniature encoders, and how they are measured."""

    runs: ByModel[Runs] = Field(
        description="numbers of the pretrainings: `default` for every model, other ones under a model's name"
    )
    pretraining: dict[ModelName, EncoderTraining] = Field(
        description="per encoder of origin 'pretrain': how it is trained"
    )
    world: WorldSettings = Field(
        default_factory=WorldSettings, description="how the scenes are drawn that encoders are measured on"
    )
    scenes: dict[Annotated[str, NameOf("split")], Count] = Field(
        description=f"scenes per split that encoders are measured on; splits: {', '.join(SPLITS)}"
    )

    @model_validator(mode="after")
    def _complete(self) -> Encoders:
        require_default("runs", self.runs)
        require_distinct(self.runs)
        require_exactly("scenes", self.scenes, SPLITS, "split")
        return self


class Reading(WithoutDefaults):
    """One data set through one encoder."""

    data: DataName = Field(description="data set, by its name in the section `data`")
    model: ModelName = Field(description="encoder, by its name in the zoo")
    run: int = Field(default=0, ge=0, description="which pretraining, of a model that the workflow pretrains")
    sites: list[str] = Field(
        default=[],
        description="sites whose activations are kept, as means over patches; their names are in the table of sites "
        "beside the result",
    )
    batch: int = Field(default=64, gt=0, description="pictures at a time")


class PicturesSection(PaperSection):
    """The ground of the papers that look at pictures: the picture world, miniature encoders, pictures of your own."""

    pretrains: ClassVar[bool] = True

    encoders: Encoders
    readings: dict[Name, Reading] = Field(
        default={}, description="data sets through encoders, by a name of yours: `snakemake readings` makes them"
    )

    @property
    def pretrained(self) -> list[str]:
        """The encoders that have an entry in `encoders.pretraining`."""
        return list(self.encoders.pretraining)

    def runs_of(self, model: str) -> list[int]:
        """The numbers of the pretrainings of `model`."""
        return runs_of(self.encoders.runs, model)

"""The section `pictures` of the configuration. Imports no torch."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from vitatlas.config.schema import PaperSection
from vitatlas.config.strict import Strict
from vitatlas.encoders.config import EncoderTraining
from vitatlas.encoders.quality.splits import SPLITS
from vitatlas.images.world.settings import WorldSettings

Positive = Annotated[int, Field(gt=0)]
Runs = Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)]
DEFAULT = "default"
"""The entry that holds where none has the model's name."""


class Encoders(Strict):
    """Miniature encoders, and how they are measured."""

    runs: dict[str, Runs] = Field(
        description="numbers of the pretrainings: `default` for every model, other ones under a model's name"
    )
    pretraining: dict[str, EncoderTraining] = Field(description="per encoder of origin 'pretrain': how it is trained")
    world: WorldSettings = Field(
        default_factory=WorldSettings, description="how the scenes are drawn that encoders are measured on"
    )
    scenes: dict[str, Positive] = Field(
        description=f"scenes per split that encoders are measured on; splits: {', '.join(SPLITS)}"
    )

    @model_validator(mode="after")
    def _complete(self) -> Encoders:
        if DEFAULT not in self.runs:
            raise ValueError("runs: the entry 'default' is missing")
        if set(self.scenes) != set(SPLITS):
            raise ValueError(f"scenes must name exactly the splits {', '.join(SPLITS)}")
        return self


class PicturesSection(PaperSection):
    """The ground of the papers that look at pictures: the picture world and miniature encoders."""

    pretrains: ClassVar[bool] = True

    encoders: Encoders

    @property
    def pretrained(self) -> list[str]:
        """The encoders that have an entry in `encoders.pretraining`."""
        return list(self.encoders.pretraining)

    def runs_of(self, model: str) -> list[int]:
        """The numbers of the pretrainings of `model`."""
        return self.encoders.runs.get(model, self.encoders.runs[DEFAULT])

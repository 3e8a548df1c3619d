"""The section `pictures` of the configuration. Imports no torch."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator

from vitatlas.config.runs import Runs, require_default, require_distinct, runs_of
from vitatlas.config.schema import PaperSection, Positive
from vitatlas.config.strict import Strict
from vitatlas.encoders.config import EncoderTraining
from vitatlas.encoders.quality.splits import SPLITS
from vitatlas.images.world.settings import WorldSettings


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
        require_default("runs", self.runs)
        require_distinct(self.runs)
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
        return runs_of(self.encoders.runs, model)

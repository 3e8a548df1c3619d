"""How finished visualisations are judged. Imports no torch."""

from __future__ import annotations

from pydantic import Field, model_validator

from vitatlas.config.names import DEFAULT, ByModel, ModelName
from vitatlas.config.runs import require_default
from vitatlas.config.strict import WithoutDefaults


class Quality(WithoutDefaults):
    """The quality of visualisations: by their spectrum, and by what an independent network sees in them."""

    judges: ByModel[ModelName] = Field(
        description="the network whose embedding tells which pictures are alike: `default`, and another one under the "
        "name of a model that must not judge itself"
    )
    top: int = Field(default=10, gt=0, description="natural pictures that activate a feature most, to compare with")
    draws: int = Field(default=1000, ge=40, description="samples of features that intervals are taken from")

    @model_validator(mode="after")
    def _complete(self) -> Quality:
        require_default("judges", self.judges)
        for model, judge in self.judges.items():
            if model == judge:
                raise ValueError(f"judges.{model}: a network does not judge its own pictures")
        return self

    def judge_of(self, model: str) -> str:
        """The network that judges the pictures of a model."""
        return self.judges.get(model, self.judges[DEFAULT])

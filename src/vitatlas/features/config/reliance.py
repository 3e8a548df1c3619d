"""The sections for what classifications rely on: object or surroundings, low or high frequencies."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from vitatlas.config.names import Name
from vitatlas.config.numbers import Positive
from vitatlas.config.strict import Strict, WithoutDefaults
from vitatlas.encoders.seen.sources import Source

Switch = Literal["corrected", "reference"]
Cutoff = Annotated[float, Field(gt=0, allow_inf_nan=False)]

CUTOFFS = (2**0.5, 1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05)
"""Cut-offs in half a picture's side, so that 1 is the highest frequency along an edge, and the root of 2 that along the
diagonal: an ideal filter of it lets everything pass."""


class RelianceProtocol(Strict):
    """The switches of departures that concern masked pictures."""

    boxes: Switch = Field(
        default="corrected",
        description="how annotated boxes become pixels. corrected: annotations count pixels from 1, and are scaled to "
        "the picture; reference: taken as if they counted from 0, whatever size was annotated",
    )
    fill: Switch = Field(
        default="corrected",
        description="the colour in place of what is masked, in figures and verdicts of one colour. corrected: the mean "
        "colour of the model's preprocessing; reference: black. Both are measured",
    )


class Masked(WithoutDefaults):
    """Pictures without their object, and without all else (section 5, table 2)."""

    pictures: dict[Name, Source] = Field(
        min_length=1,
        description="sets of pictures by name: scenes of the picture world, or pictures with boxes; of a set that is "
        "drawn at random, those without boxes are left out afterwards",
    )
    neutral: Name | None = Field(
        default=None, description="the set whose backgrounds tell nothing about the class; null: there is none"
    )
    batch: Positive = Field(default=50, description="pictures at a time")

    @model_validator(mode="after")
    def _there(self) -> Masked:
        if self.neutral is not None and self.neutral not in self.pictures:
            raise ValueError(f"neutral: '{self.neutral}' is none of the sets {', '.join(self.pictures)}")
        return self


class LowPass(WithoutDefaults):
    """Pictures without their high frequencies (section 5, figure 16)."""

    cutoffs: list[Cutoff] = Field(
        default=list(CUTOFFS), min_length=2, description="cut-offs, in half the side of the model's pictures"
    )
    batch: Positive = Field(default=100, description="pictures at a time")

    @field_validator("cutoffs")
    @classmethod
    def _different(cls, cutoffs: list[float]) -> list[float]:
        if len(set(cutoffs)) < len(cutoffs):
            raise ValueError("a cut-off is named twice")
        return cutoffs

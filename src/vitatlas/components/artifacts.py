"""Figures and tables of this paper: what a panel is, and the options of families. Imports no torch."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from vitatlas.artifacts import schema, spec
from vitatlas.artifacts.schema import NoOptions
from vitatlas.config.strict import Strict


class Panel(schema.Panel):
    """One encoder."""


class PanelSpec(spec.PanelSpec):
    """One encoder, as the job that draws it gets it.

    Attributes:
        taught: What it was taught, in words; empty for published weights.
        untrained: Whether its weights are random: a control.
    """

    taught: str
    untrained: bool


class ArtifactSpec(spec.ArtifactSpec[PanelSpec]):
    """One figure or table of this paper."""

    @property
    def typed_options(self) -> Any:
        """The options as the family's own model."""
        return OPTIONS.get(self.family, NoOptions).model_validate(self.options)


class AgreementOptions(Strict):
    """Options of the family `agreement`."""

    by: Literal["ordering", "feature"] = Field(
        description="columns. ordering: the two orderings, means over features and components; feature: each feature"
    )


class ImageGridOptions(Strict):
    """Options of the family `image_grid`."""

    by: Literal["text", "picture"] = Field(description="what pictures are found by")
    feature: str | None = Field(
        default=None, description="text: by whose scores components stand in columns, and whose texts are shown"
    )
    probes: int | None = Field(
        default=None, gt=0, description="picture: how many probes are drawn; null: all shown ones"
    )

    @model_validator(mode="after")
    def _complete(self) -> ImageGridOptions:
        if (self.by == "text") != (self.feature is not None):
            raise ValueError("feature: needed by text, and by text only")
        return self


class GroupAccuracyOptions(Strict):
    """Options of the family `group_accuracy`."""

    show: Literal["summary", "groups"] = Field(
        description="columns. summary: the worst group and the average of groups; groups: each group"
    )


OPTIONS: dict[str, type[Strict]] = {
    "image_grid": ImageGridOptions,
    "agreement": AgreementOptions,
    "group_accuracy": GroupAccuracyOptions,
}
"""By family; families that are not named have none."""

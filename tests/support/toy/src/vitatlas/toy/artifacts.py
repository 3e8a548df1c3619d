"""Figures of this paper: what tells their panels apart. Imports no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.artifacts import schema, spec

Feature = Literal["stripes", "checks"]


class Panel(schema.Panel):
    """One panel, as the registry names it."""

    layer: int = Field(ge=0, description="number of the block, from 0")
    feature: Feature = Field(description="pattern that is shown")


class PanelSpec(spec.PanelSpec):
    """One panel, as the job that draws it gets it."""

    layer: int
    feature: Feature

    @property
    def heading(self) -> str:
        """The panel in words."""
        return f"{self.title}, layer {self.layer}, {self.feature}"


class ArtifactSpec(spec.ArtifactSpec[PanelSpec]):
    """One figure of this paper."""

"""Figures and tables of this paper: what a panel is, and the options of families. Imports no torch."""

from __future__ import annotations

from typing import Any, Literal

from vitatlas.artifacts import schema, spec
from vitatlas.artifacts.schema import NoOptions
from vitatlas.features.options import OPTIONS


class Panel(schema.Panel):
    """One network."""


class PanelSpec(spec.PanelSpec):
    """One network, as the job that draws it gets it.

    Attributes:
        family: The architecture's family, for comparisons of transformers with convolutional networks.
        taught: What it was taught, in words; empty for published weights.
        untrained: Whether its weights are random: a control.
    """

    convolutional: bool
    taught: str
    untrained: bool


class ArtifactSpec(spec.ArtifactSpec[PanelSpec]):
    """One figure or table of this paper.

    Attributes:
        map_scale: How maps are drawn.
    """

    map_scale: Literal["corrected", "reference"] = "corrected"

    @property
    def typed_options(self) -> Any:
        """The options as the family's own model."""
        return OPTIONS.get(self.family, NoOptions).model_validate(self.options)

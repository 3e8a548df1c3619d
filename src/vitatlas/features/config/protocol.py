"""The switches of this paper's departures that are not of visualisations. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.features.config.reliance import RelianceProtocol, Switch


class Protocol(RelianceProtocol):
    """One switch per way in which the authors' code (hamidkazemi22/vit-visualization) goes about it otherwise;
    visualisations have their own, by set."""

    map_scale: Switch = Field(
        default="corrected",
        description="the scale that maps are drawn on. corrected: one per unit, up to the 99.9th percentile over all "
        "pictures; reference: each map's own, from its least to its greatest value",
    )
    rotation_before: Switch = Field(
        default="corrected",
        description="what turned pictures are compared with. corrected: the untouched picture; reference: the first "
        "copy, which is itself turned by up to a degree",
    )

    @property
    def switched(self) -> list[str]:
        """The switches that are set to the reference's."""
        return [name for name, value in self.model_dump().items() if value == "reference"]

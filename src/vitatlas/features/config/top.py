"""The section for scores of units and their top pictures. Imports no torch."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from vitatlas.config.names import ByModel
from vitatlas.config.runs import require_default
from vitatlas.config.strict import WithoutDefaults

LayerNumber = Annotated[int, Field(ge=0)]


class SiteOfLayer(WithoutDefaults):
    """One site, at all layers of a network or at some."""

    site: str | None = Field(
        default=None,
        description="end of the site's name, such as mlp.act or attn.k; null: behind each layer's (last) non-linearity",
    )
    layers: list[LayerNumber] | None = Field(
        default=None, min_length=1, description="numbers of the layers in forward order, from 0; null: all"
    )


Sites = Annotated[list[SiteOfLayer], Field(min_length=1)]


class Top(WithoutDefaults):
    """Scores of all units, and the pictures with the highest (section 2)."""

    kept: int = Field(default=10, gt=0, description="top pictures that are kept of each unit, by mean and by maximum")
    batch: int = Field(default=50, gt=0, description="pictures at a time")
    sites: ByModel[Sites] = Field(
        default={"default": [SiteOfLayer()]},
        description="the units that are scored: `default`, or others under a model's name",
    )

    @model_validator(mode="after")
    def _complete(self) -> Top:
        require_default("sites", self.sites)
        return self

    def sites_of(self, model: str) -> list[SiteOfLayer]:
        """The sites of a model."""
        return self.sites.get(model, self.sites["default"])

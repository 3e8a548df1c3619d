"""The section for the last layer: isolated class tokens, and the head on patches."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.strict import WithoutDefaults


class LastLayer(WithoutDefaults):
    """How late the class token can meet the patches, and what the head reads from each patch (section 4, table 1,
    figure 7)."""

    batch: int = Field(default=50, gt=0, description="pictures at a time")

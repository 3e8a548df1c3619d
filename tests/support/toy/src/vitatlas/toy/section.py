"""The section `toy` of the configuration."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.schema import PaperSection


class ToySection(PaperSection):
    """How strongly layers respond to simple patterns."""

    side: int = Field(gt=0, description="side of the images, in pixels")
    images: int = Field(gt=0, description="images per feature")

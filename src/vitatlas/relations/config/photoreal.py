"""The photorealistic set: the section `photoreal` of the configuration."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.numbers import Count, Positive
from vitatlas.images.photoreal.settings import Rendering


class Photoreal(Rendering):
    """Photorealistic test images of two objects (Lepori et al., appendix A.3)."""

    images: Count = Field(description="images in the set, half of them of two same objects", multiple_of=2)
    patch_share: float = Field(
        default=0.5, gt=0, le=1, description="share of a patch's pixels from which on the patch is an object's"
    )
    shards: Positive = Field(description="jobs that share the rendering")
    examples: Positive = Field(default=4, description="images per label in the figure of examples")
    example_side: Positive = Field(
        description="pixels per side at which the figure shows them, if more than models see"
    )
    batch: Positive = Field(description="images per forward pass of an analysis")

    @property
    def folders(self) -> tuple[str | None, str | None]:
        """The user's own meshes and textures; None for what is built in."""
        return self.meshes.folder if self.meshes else None, self.textures

    @property
    def rendering(self) -> Rendering:
        """The part that scenes depend on."""
        return Rendering.model_validate({name: getattr(self, name) for name in Rendering.model_fields})

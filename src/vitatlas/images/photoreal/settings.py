"""The settings of photorealistic images: how they are rendered, and from whose objects."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vitatlas.config.numbers import Positive
from vitatlas.config.strict import Strict

Distance = Annotated[float, Field(gt=0)]
Variant = Literal["scalar_rgb", "llvm_ad_rgb", "cuda_ad_rgb"]


class OwnMeshes(Strict):
    """Objects of the user's own, in place of the 16 that are built in."""

    folder: str = Field(description="folder of .obj and .ply files, one object each; two or more")
    license: str = Field(min_length=1, description="the licence of the files, kept beside the images made from them")


class Rendering(Strict):
    """The settings that every scene is drawn and rendered with."""

    samples: Positive = Field(description="light paths per pixel; less noise and more time with more")
    bounces: Positive = Field(default=4, description="longest light path, in segments")
    variant: Variant = Field(
        default="scalar_rgb",
        description="how Mitsuba computes: scalar_rgb runs anywhere; llvm_ad_rgb needs LLVM's shared library, "
        "cuda_ad_rgb a GPU. Their images differ in noise",
    )
    distance: tuple[Distance, Distance] = Field(
        default=(3.8, 5.2), description="nearest and farthest camera, in sizes of an object"
    )
    tilt: float = Field(default=3.0, ge=0, le=10, description="largest tilt of an object on the table, in degrees")
    occlusion: float = Field(
        default=0.4, ge=0, lt=1, description="largest share of an object that the other one may hide"
    )
    meshes: OwnMeshes | None = Field(
        default=None,
        description="objects of your own as {folder: …, license: …}: .obj and .ply files, one object each, and their "
        "licence; null: the 16 built in",
    )
    textures: str | None = Field(
        default=None, description="folder of .png and .jpg table tops of your own; null: computed ones"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Rendering:
        if not 0 < self.distance[0] <= self.distance[1]:
            raise ValueError("distance: the nearest camera must be in front of the objects, the farthest behind it")
        return self

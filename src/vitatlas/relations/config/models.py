"""This paper's knowledge of models: its annexes to the zoo, and the network that it fine-tunes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from vitatlas.config.models import Backbone, ModelZoo, Preprocessing
from vitatlas.config.names import NameOf
from vitatlas.config.numbers import Pixels
from vitatlas.config.read import require_known
from vitatlas.config.strict import Strict

PAPER = "relations"
GeometryName = Annotated[str, StringConstraints(pattern=r"^\w+$")]


class Geometry(Strict):
    """Where objects may lie on the canvas of a model. All lengths in pixels."""

    canvas: Pixels = Field(description="side of the square image")
    patch: Pixels = Field(description="side of a patch, and the step of the positions of object boxes")
    object: Pixels = Field(description="side of an object's box, a whole number of patches")
    sprite: Pixels = Field(description="side of the silhouette pasted into the box; the rest is jitter")

    @model_validator(mode="after")
    def _fits(self) -> Geometry:
        if self.canvas % self.patch:
            raise ValueError(f"canvas {self.canvas} is no whole number of patches of {self.patch}")
        if self.object % self.patch:
            raise ValueError(f"object {self.object} is no whole number of patches of {self.patch}")
        if self.sprite > self.object:
            raise ValueError(f"sprite {self.sprite} does not fit its box of {self.object}")
        return self

    @property
    def grid(self) -> int:
        """Patches per side of the canvas."""
        return self.canvas // self.patch

    @property
    def span(self) -> int:
        """Patches per side of an object's box."""
        return self.object // self.patch

    @property
    def jitter(self) -> int:
        """Largest offset of the sprite inside its box, in pixels, per axis."""
        return self.object - self.sprite


class Geometries(Strict):
    """The annex of this paper to the zoo."""

    geometries: dict[GeometryName, Geometry] = Field(
        description="how objects lie on the patch grids of models, by name"
    )


class Readout(Strict):
    """The reading of a classification head."""

    readout: Literal["cls", "cls+mean"] = Field(
        default="cls", description="what the classification head reads: the class token, or it and the mean patch token"
    )
    head_bias: bool = Field(default=True, description="whether the classification head has a bias (CLIP's has none)")


class RelationsModel(Readout):
    """The annex of this paper to an entry of the zoo."""

    geometry: Annotated[str, NameOf("geometry")] = Field(
        description="name of an entry under `relations.geometries`; its patch must be the model's"
    )
    pretraining_scale: str = Field(description="number of pretraining images, as shown in tables")
    reference_preprocessing: Preprocessing | None = Field(
        default=None,
        description="normalisation with which the paper's own code analyses the model, where that is not "
        "`preprocessing`; used with `relations.protocol.normalisation: reference`",
    )
    first_layer_for_peaks: int = Field(
        default=0, ge=0, description="layers below this one are not starred in attention charts (DINOv2: 1)"
    )


class Network(Backbone, Readout):
    """The network that is fine-tuned: a backbone, and what its classification head reads."""


def network_of(zoo: ModelZoo, model: str) -> Network:
    """The network that is fine-tuned of a model of the zoo.

    Raises:
        UserError: The model's entry has no annex of this paper.
    """
    annex = zoo.annex_of(model, PAPER)
    reading = {name: getattr(annex, name) for name in Readout.model_fields}
    return Network.model_validate({**dict(zoo.models[model].backbone), **reading})


def geometry_of(zoo: ModelZoo, model: str) -> Geometry:
    """The geometry of a model of the zoo.

    Raises:
        UserError: The model's entry has no annex of this paper, or names a geometry that the zoo does not have.
    """
    name, geometries = zoo.annex_of(model, PAPER).geometry, zoo.annex(PAPER).geometries
    require_known(name, geometries, "geometry", f"config/models.yaml: key 'models.{model}.{PAPER}.geometry'")
    return geometries[name]

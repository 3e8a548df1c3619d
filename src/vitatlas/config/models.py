"""The model zoo's schema: `config/models.yaml`.

Two sections: `geometries` says how objects lie on a model's patch grid (Lepori et al., appendix A),
`models` describes one backbone per entry.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Strict(BaseModel):
    """Base of the config models: a misspelt key is an error, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Geometry(Strict):
    """Where objects may lie on the canvas of a model. All lengths in pixels."""

    canvas: int = Field(gt=0, description="side of the square image")
    patch: int = Field(gt=0, description="side of a patch, and the step of the positions of object boxes")
    object: int = Field(gt=0, description="side of an object's box, a whole number of patches")
    sprite: int = Field(gt=0, description="side of the silhouette pasted into the box; the rest is jitter")

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


class Preprocessing(Strict):
    """Normalisation of RGB values in [0, 1], per channel."""

    mean: tuple[float, float, float] = Field(description="mean of each colour channel in pretraining")
    std: tuple[float, float, float] = Field(description="standard deviation of each colour channel in pretraining")


class Backbone(Strict):
    """What a model computes, and where its weights come from: all that its results depend on."""

    timm: str = Field(description="timm architecture name, without a weights tag")
    architecture: dict[str, Any] = Field(
        default_factory=dict, description="arguments of timm.create_model that differ from the named architecture"
    )
    geometry: str = Field(description="name of an entry under `geometries`")
    origin: Literal["hub", "pretrain", "none"] = Field(
        description="hub: published weights; pretrain: the workflow's own pretraining; none: random initialisation"
    )
    hub: str | None = Field(default=None, description="repository of the published weights")
    file: str = Field(default="model.safetensors", description="file in that repository")
    readout: Literal["cls", "cls+mean"] = Field(
        default="cls", description="what the classification head reads: the class token, or it and the mean patch token"
    )
    head_bias: bool = Field(default=True, description="whether the classification head has a bias (CLIP's has none)")
    preprocessing: Preprocessing
    position_init: Literal["default", "sincos2d"] = Field(
        default="default", description="initial position embedding where there are no weights"
    )

    @property
    def depth(self) -> int | None:
        """Number of blocks, where the entry itself says it."""
        return self.architecture.get("depth")

    @model_validator(mode="after")
    def _hub_named(self) -> Backbone:
        if self.origin == "hub" and not self.hub:
            raise ValueError("origin 'hub' needs the key 'hub'")
        return self


class ModelEntry(Backbone):
    """One entry of the zoo: a backbone, and how it is presented and analysed."""

    title: str = Field(description="name on figures and tables")
    license: str | None = Field(default=None, description="licence of the weights")
    pretraining_scale: str = Field(description="number of pretraining images, as shown in tables")
    reference_preprocessing: Preprocessing | None = Field(
        default=None,
        description="normalisation with which the paper's own code analyses the model, where that is not "
        "`preprocessing`; used with `protocol.normalisation: reference`",
    )
    first_layer_for_peaks: int = Field(
        default=0, ge=0, description="layers below this one are not starred in attention charts (DINOv2: 1)"
    )

    @property
    def backbone(self) -> Backbone:
        """The entry without its presentation and analysis."""
        return Backbone.model_validate({name: getattr(self, name) for name in Backbone.model_fields})


class ModelZoo(Strict):
    """The whole of `config/models.yaml`."""

    geometries: dict[str, Geometry]
    models: dict[str, ModelEntry]

    @model_validator(mode="after")
    def _geometries_exist(self) -> ModelZoo:
        for name, entry in self.models.items():
            if entry.geometry not in self.geometries:
                known = ", ".join(sorted(self.geometries))
                raise ValueError(f"models.{name}.geometry: unknown geometry '{entry.geometry}'; there are: {known}")
        return self

    def geometry(self, model: str) -> Geometry:
        """The geometry of the named model."""
        return self.geometries[self.models[model].geometry]

"""The settings of visualisations: pictures that are optimised until a unit answers (section 3, appendix B)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from vitatlas.config.strict import Strict, WithoutDefaults

Preset = Literal["corrected", "paper", "reference"]
Parametrisation = Literal["pixel", "fourier", "maco"]
WeightUnits = Literal["sd", "activation"]
Finite = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Unit = Annotated[int, Field(ge=0)]
JITTERED = 12
"""The side in units of the largest jitter: 32 pixels of 384."""


class VisualiseProtocol(Strict):
    """One switch per way in which the text (`paper`) or the authors' code (`reference`,
    hamidkazemi22/vit-visualization) visualise differently. Where the text says what we do, there is no `paper`."""

    objective: Preset = Field(
        default="corrected",
        description="the scale of activation and total variation together. corrected: the mean over copies and "
        "patches; paper: the sum; reference: the mean, divided by the number of copies once more. The weight keeps its "
        "meaning, so that only what Adam does with small gradients changes",
    )
    colour_shift: Literal["corrected", "reference"] = Field(
        default="corrected", description="corrected: sigma x + mu, as the paper says; reference: (x - mu) / sigma"
    )
    noise: Preset = Field(
        default="corrected",
        description="corrected: per pixel, falling to 0; paper: per pixel, of standard deviation 1 to the end; "
        "reference: one number per copy and channel, falling to 0 and back at its start in the last step",
    )
    jitter: Literal["corrected", "reference"] = Field(
        default="corrected", description="corrected: each copy is rolled by itself; reference: all by the same shift"
    )

    @property
    def switched(self) -> list[str]:
        """The switches that are not `corrected`."""
        return [name for name in type(self).model_fields if getattr(self, name) != "corrected"]

    @property
    def preset(self) -> str:
        """The name of the preset; of a mixture its switches: "noise=paper"."""
        same = (name for name, preset in PRESETS.items() if preset == self)
        return next(same, ",".join(f"{name}={getattr(self, name)}" for name in self.switched))


PRESETS = {
    "corrected": VisualiseProtocol(),
    "paper": VisualiseProtocol(objective="paper", noise="paper"),
    "reference": VisualiseProtocol(
        objective="reference", colour_shift="reference", noise="reference", jitter="reference"
    ),
}


class VisualiseSettings(WithoutDefaults):
    """How a picture is optimised."""

    parametrisation: Parametrisation = Field(
        default="pixel",
        description="what is optimised. pixel: the pixels; fourier: their spectrum, low frequencies first; maco: the "
        "phases of a spectrum whose magnitudes are those of pictures",
    )
    copies: int = Field(default=8, gt=0, description="augmented copies per step")
    steps: int = Field(default=400, gt=0, description="steps of Adam")
    learning_rate: float = Field(
        default=0.1, gt=0, allow_inf_nan=False, description="learning rate of the first step; it falls as a cosine"
    )
    augmented: bool = Field(default=True, description="whether copies are augmented; if not, there is one copy")
    mu: Finite = Field(default=1.0, description="the colour shift's offset is drawn between minus this and this")
    log_sigma: float = Field(
        default=1.0, ge=0, le=10, description="the logarithm of its factor is drawn between minus this and this"
    )
    noise: Finite = Field(
        default=0.5,
        description="standard deviation of the noise in the first step; `protocol.noise: paper` has its own",
    )
    jitter: int | None = Field(
        default=None, ge=0, description="copies are rolled by up to so many pixels; null: a twelfth of the side"
    )

    @property
    def drawn(self) -> int:
        """The copies that there are per step."""
        return self.copies if self.augmented else 1

    def jitter_of(self, side: int) -> int:
        """The largest shift for pictures of this side, in pixels."""
        return round(side / JITTERED) if self.jitter is None else self.jitter


class FeatureGroup(WithoutDefaults):
    """Some units of one layer."""

    site: str = Field(default="mlp.act", description="the end of the site's name")
    layer: int = Field(
        ge=0, description="number of the feed-forward call in forward order, from 0; in a CNN, of the block"
    )
    units: list[Unit] = Field(min_length=1, description="numbers of the units within the layer")
    replicates: int = Field(default=1, gt=0, description="pictures per unit, each from its own random start")


class FeatureSet(WithoutDefaults):
    """Features that are visualised together, with each weight."""

    features: list[FeatureGroup] = Field(min_length=1, description="the features")
    weights: list[Finite] = Field(
        min_length=1,
        description="weights of total variation. A w for pictures of side S does as much as w S'/S for side S'. The v "
        "of the authors' code is copies · 0.0005 · v in units of activation",
    )
    weight_units: WeightUnits = Field(
        default="sd",
        description="sd: the activation counts in standard deviations of the unit's scores of natural pictures",
    )
    protocol: VisualiseProtocol = Field(default=VisualiseProtocol(), description="switches")
    settings: VisualiseSettings = Field(default=VisualiseSettings(), description="how pictures are optimised")

"""The sections for what components are used for: retrieval, heat-maps, segmentation, removal of a cue, ablation."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from vitatlas.config.names import ByModel, ModelName, NameOf
from vitatlas.config.numbers import Positive
from vitatlas.config.runs import require_default
from vitatlas.config.strict import Strict, WithoutDefaults
from vitatlas.encoders.seen.sources import Source

FeatureName = Annotated[str, NameOf("feature")]


class Retrieval(WithoutDefaults):
    """Pictures by text and by picture (sections 6.1 and 6.2)."""

    width: int = Field(default=3, gt=0, description="components per column, in the order of their scores")
    top: int = Field(default=10, gt=0, description="pictures that count as found")
    shown: dict[FeatureName, list[str]] = Field(description="texts whose pictures are shown, by feature")
    features: list[FeatureName] = Field(
        min_length=2, description="features by which pictures are compared with a picture"
    )
    components: dict[FeatureName, Positive] = Field(
        default={}, description="components that stand for a feature in that, by feature; others: 3"
    )
    probes: int = Field(default=300, gt=0, description="pictures that others are compared with")
    shown_probes: int = Field(default=3, gt=0, description="how many of them are shown")


class Heatmaps(Strict):
    """Heat-maps of heads over their input tokens (section 6.4)."""

    pictures: int = Field(gt=0, description="pictures of the part `test` that maps are held against masks on")
    probes: list[dict[str, str]] = Field(
        min_length=1,
        description="pictures that are shown: the first of the part `test` with these attributes; under the name of a "
        "feature without an attribute, its text for the picture",
    )
    features: list[list[FeatureName]] = Field(
        min_length=1, description="features whose maps are shown, for each picture: texts are what the picture is"
    )

    @model_validator(mode="after")
    def _as_many(self) -> Heatmaps:
        if len(self.probes) != len(self.features):
            raise ValueError(f"features: {len(self.features)} lists for {len(self.probes)} probes")
        return self


class Segmentation(WithoutDefaults):
    """Zero-shot segmentation by the share of tokens in a class (section 6.4, table 5)."""

    pictures: Source = Field(description="pictures with masks")
    start: dict[ModelName, str] = Field(
        default={}, description="the first block whose heads count, by model; other models: all blocks"
    )
    batch: int = Field(default=50, gt=0, description="pictures at a time")


class HeadTraining(WithoutDefaults):
    """How a linear head is trained on representations (Adam)."""

    learning_rate: float = Field(default=1e-3, gt=0, description="learning rate")
    weight_decay: float = Field(default=1e-6, ge=0, description="weight decay")
    epochs: int = Field(default=10, gt=0, description="passes over the training pictures")
    batch: int = Field(default=64, gt=0, description="pictures per step")


class Removal(WithoutDefaults):
    """Removal of a spurious cue (section 6.5, tables 3 and 6)."""

    components: int = Field(default=10, gt=0, description="components that are set to their mean")
    most: int = Field(default=15, gt=0, description="up to how many are, to see what depends on their number")
    cue: list[str] = Field(min_length=2, description="texts of the cue, each of any feature")
    core: list[str] = Field(min_length=2, description="texts of what the classes are told by, each of any feature")
    heads: int = Field(default=3, gt=0, description="heads that are trained, each from another seed")
    training: ByModel[HeadTraining] = Field(
        default={"default": HeadTraining()},
        description="how heads are trained: `default`, or other settings under a model's name",
    )
    zero_shot: bool = Field(
        default=False,
        description="whether CLIP models have the names of the classes as their head, as in the paper; the names must "
        "be texts of a feature",
    )
    draws: int = Field(default=20, gt=0, description="draws of random components")

    @model_validator(mode="after")
    def _complete(self) -> Removal:
        require_default("training", self.training)
        if self.most < self.components:
            raise ValueError(f"most: {self.most} is less than components: {self.components}")
        return self

    def training_of(self, model: str) -> HeadTraining:
        """How the heads of a model are trained."""
        return self.training.get(model, self.training["default"])


class Ablation(WithoutDefaults):
    """Layers set to their means, from the last one on (section 5, figure 2)."""

    pictures: Source = Field(description="pictures with classes")
    batch: int = Field(default=100, gt=0, description="pictures at a time")


class Numerics(WithoutDefaults):
    """How exact the decomposition is, what the policy for biases changes, and what it costs; on the part `test`."""

    exact: int = Field(default=32, gt=0, description="pictures whose errors are measured")
    compared: int = Field(default=96, gt=0, description="pictures on which policies are compared")
    batch: int = Field(default=32, gt=0, description="pictures at a time; also of what is timed")
    rounds: int = Field(default=5, gt=1, description="how often each thing is timed, in turn with the others")

"""How a miniature encoder is pretrained. Imports no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from vitatlas.config.encoders import TextSizes
from vitatlas.config.idle import refuse_idle
from vitatlas.config.names import ModelName
from vitatlas.config.training import Optimisation
from vitatlas.images.world.settings import CaptionSettings, Share, WorldSettings


class EncoderTraining(Optimisation):
    """The pretraining of one encoder: fresh scenes in every step, and one objective."""

    method: Literal["labels", "captions", "views"] = Field(
        description="labels: name the category; captions: match pictures with captions, as CLIP does; views: match two "
        "pictures of one object, without labels"
    )
    steps: int = Field(gt=0, description="training steps, each on fresh scenes")
    world: WorldSettings = Field(default_factory=WorldSettings, description="how the scenes are drawn")
    attributes: list[Literal["color", "pattern", "location", "count"]] = Field(
        default=[],
        description="labels: what is to be named beside the category, by linear layers on the representation that are "
        "thrown away afterwards",
    )
    teacher: ModelName | None = Field(
        default=None, description="labels: model of the zoo whose answers the distillation token learns, as in DeiT"
    )
    start: ModelName | None = Field(
        default=None,
        description="model of the zoo whose network, without its head, the encoder starts from: the same run "
        "of it; null: random weights",
    )
    text: TextSizes | None = Field(default=None, description="captions: the text tower")
    captions: CaptionSettings = Field(
        default_factory=CaptionSettings, description="captions: how often a caption says what"
    )
    locked: Share = Field(
        default=0,
        description="captions: share of the steps, the first ones, in which the image tower learns nothing but its "
        "projection",
    )
    same_location: float = Field(
        default=0.5, ge=0, le=1, description="views: share of the pairs whose pictures have one background, too"
    )

    @model_validator(mode="after")
    def _complete(self) -> EncoderTraining:
        if (self.text is not None) != (self.method == "captions"):
            raise ValueError("method 'captions' and the key 'text' need each other")
        refuse_idle(self, "method", "captions", "locked", "captions")
        refuse_idle(self, "method", "views", "same_location")
        if self.attributes and (self.method != "labels" or self.teacher):
            raise ValueError("key 'attributes': only method 'labels' without a teacher has it")
        if self.teacher and self.method != "labels":
            raise ValueError("key 'teacher': only method 'labels' has one")
        return self

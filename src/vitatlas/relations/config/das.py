"""The section `das` of the configuration: how the perceptual stage is analysed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vitatlas.config.names import ByModel, NameOf
from vitatlas.config.numbers import Count, Positive
from vitatlas.config.runs import require_exactly
from vitatlas.config.strict import Strict

DAS_SPLITS = ("train", "val", "test", "test_iid")
CONTROLS = ("none", "wrong_object", "random_patch")
"""The origins of source vectors: the source object; the source image's other object; its background."""

Control = Literal["none", "wrong_object", "random_patch"]


class Search(Strict):
    """The settings of a search."""

    properties: list[Literal["shape", "color"]] = Field(
        default=["shape", "color"], min_length=1, description="what is exchanged between objects"
    )
    controls: list[Control] = Field(
        default=["none", "wrong_object", "random_patch"],
        min_length=1,
        description="where source vectors come from; none: the source object; wrong_object: the source image's other "
        "object; random_patch: its background",
    )
    layers: list[Annotated[int, Field(ge=0)]] | None = Field(
        default=None, min_length=1, description="blocks after which to intervene; null: all"
    )
    epochs: Positive = Field(default=20, description="passes over the training examples, the mask colder in each")
    batch: Positive = Field(default=64, description="examples per step; an incomplete last batch is dropped")
    rotation_learning_rate: float = Field(default=1e-3, gt=0, description="highest learning rate of the rotation")
    mask_learning_rate: float = Field(default=1e-2, gt=0, description="highest learning rate of the mask")
    warmup: float = Field(
        default=0.1, ge=0, lt=1, description="share of steps in which rates rise; then they fall to 0"
    )
    penalty: float = Field(default=1e-3, ge=0, description="weight of the mask's sum in the loss")
    evaluation_batch: Positive = Field(default=256, description="examples per forward pass of an evaluation")
    least_effect: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="search only in models that give the right answer in at least this share of the training examples "
        "when the edit is made in the image itself: where that does not turn the answer, no exchange can be expected "
        "to; null: search in all",
    )
    cache_mb: Positive = Field(
        description="room for residual streams of the training examples, in MB of the computing device's memory: as "
        "many layers as fit are computed in one pass; where not even one fits, each step computes its own"
    )


class Part(Strict):
    """The part of a search that is done; null: all that the tier says."""

    controls: list[Control] | None = Field(default=None, min_length=1, description="some of the controls")
    layers: list[Annotated[int, Field(ge=0)]] | None = Field(
        default=None, min_length=1, description="some of the blocks"
    )
    runs: Positive | None = Field(default=None, description="how many of a model's fine-tuning runs, at most")


class Das(Search):
    """Distributed alignment search and what rests on it (Lepori et al., section 4)."""

    sizes: dict[Annotated[str, NameOf("split")], Count] = Field(
        description=f"counterfactual examples per property and split; splits: {', '.join(DAS_SPLITS)}"
    )
    reuse: Positive = Field(
        default=1, description="how often a base image may serve, each time with another source image"
    )
    runs: ByModel[Positive] = Field(
        default={},
        description="how many fine-tuning runs of a model are analysed, the first ones: `default`, other "
        "numbers under models' names; {} for all runs",
    )
    in_setting: dict[Literal["256", "32"], Part] = Field(
        default={}, description="under the name of a setting: the part of the search that its models get"
    )
    draws: Annotated[int, Field(ge=2)] = Field(
        default=5, description="how often novel representations are drawn, for their confidence interval"
    )

    def search(self, setting: str) -> Search:
        """The part that learned subspaces depend on."""
        values = {name: getattr(self, name) for name in Search.model_fields}
        part = self._part(setting).model_dump(exclude_none=True, exclude={"runs"})
        return Search.model_validate(values | part)

    def runs_of(self, model: str, setting: str, all_of_them: list[int]) -> list[int]:
        """Those of a model's fine-tuning runs that are analysed in a setting."""
        of_model = all_of_them[: self.runs.get(model, self.runs.get("default"))]
        return of_model[: self._part(setting).runs]

    def _part(self, setting: str) -> Part:
        return self.in_setting.get(setting, Part())  # type: ignore[call-overload]  # the names of settings are its keys

    @model_validator(mode="after")
    def _consistent(self) -> Das:
        require_exactly("sizes", self.sizes, DAS_SPLITS, "split")
        if self.sizes["train"] < self.batch:
            raise ValueError(f"sizes.train: {self.sizes['train']} examples do not fill a batch of {self.batch}")
        return self

"""Figures and tables of this paper: what a panel is, and the options of each family. Imports no torch."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from vitatlas.artifacts import schema, spec
from vitatlas.artifacts.schema import NoOptions, Tier
from vitatlas.config.strict import Strict
from vitatlas.relations.config.models import Geometry

Task = Literal["discrimination", "rmts"]
Setting = Literal["256", "32"]

TASK_TITLES: dict[Task, str] = {"discrimination": "discrimination", "rmts": "RMTS"}
SEEN = "test_iid"
"""The split of seen combinations."""


class Panel(schema.Panel):
    """One panel of a figure, or one row of a table."""

    task: Task | None = Field(default=None, description="none: the panel is about no task")
    setting: Setting | None = Field(default=None, description="number of shape-color combinations trained on")


class PanelSpec(spec.PanelSpec):
    """One panel of a figure, or one row of a table, with what the zoo says of its model.

    Attributes:
        paper_model: The paper's model, and `paper_title` its title, where its published numbers are drawn; else None.
    """

    task: Task | None
    setting: Setting | None
    geometry: Geometry
    pretraining_scale: str
    pretrained: bool
    first_layer_for_peaks: int
    paper_model: str | None = None
    paper_title: str | None = None

    @property
    def heading(self) -> str:
        """Model, task and setting in words."""
        if self.task is None:
            return self.title
        setting = " (32 combinations)" if self.setting == "32" else ""
        return f"{self.title} on {TASK_TITLES[self.task]}{setting}"


class ArtifactSpec(spec.ArtifactSpec[PanelSpec]):
    """One figure or table of this paper.

    Attributes:
        seen_split: The split on which the accuracy on seen combinations is measured.
    """

    seen_split: Literal["test_iid", "test"] = "test_iid"

    def measured(self, split: str) -> str:
        """The split that is measured where `split` is meant."""
        return self.seen_split if split == SEEN else split

    @property
    def typed_options(self) -> Any:
        """The options as the family's own model."""
        return OPTIONS.get(self.family, NoOptions).model_validate(self.options)


class AttentionOptions(Strict):
    """Options of the family `attention`."""

    details: list[Tier] = Field(
        default_factory=list,
        description="tiers that also show attention to the object itself (WO is what WP and BG leave over), and WO of "
        "same- and of different-colored pairs, as thin lines",
    )


class StimuliOptions(Strict):
    """Options of the family `stimuli`."""

    per_label: int = Field(default=2, gt=0, description="images per label and panel")


class PhotorealOptions(Strict):
    """Options of the family `photoreal`."""

    per_label: int = Field(default=4, gt=0, description="images per label")


class DasOptions(Strict):
    """Options of the families `das` and `novel`."""

    scheme: bool = Field(default=False, description="whether the first panel is a drawing of the method")
    details: list[Tier] = Field(
        default_factory=list, description="tiers that also show the directions apart: different → same and back"
    )


class ProbeOptions(Strict):
    """Options of the family `probe`."""

    alphas: list[float] = Field(default_factory=lambda: [1.0], min_length=1, description="scales of the intervention")


class Column(Strict):
    """One column of accuracies."""

    title: str
    split: str = Field(description="split that is measured")
    only: Setting | None = Field(
        default=None, description="the one setting in which the split is what the title says; none: all"
    )


class BehaviorOptions(Strict):
    """Options of the family `behaviour`."""

    checkpoint: Literal["best", "last"] = Field(default="best", description="which weights of a run are shown")
    columns: list[Column] = Field(min_length=1)
    photoreal: bool = Field(default=False, description="whether a column is of the split `photoreal`")
    pending: dict[str, str] = Field(
        default_factory=dict, description="columns that cannot be filled yet, after the others: title and reason"
    )


class PublishedOptions(Strict):
    """Options of the family `published`."""

    analysis: Literal["das", "novel", "probe", "behaviour"] = Field(description="whose published numbers are drawn")


class Variant(Strict):
    """One variant of auxiliary losses."""

    variant: str = Field(description="its name in the configuration")
    title: str = Field(description="its name in figures and tables")


class AuxiliaryAttentionOptions(Strict):
    """Options of the family `auxiliary_attention`."""

    variants: list[Variant] = Field(min_length=1, description="columns")


class AuxiliaryOptions(Strict):
    """Options of the family `auxiliary`."""

    checkpoint: Literal["best", "last"] = Field(default="best", description="which weights of a run are shown")
    variants: list[Variant] = Field(min_length=1, description="rows; changes are against the first")
    columns: list[Column] = Field(min_length=1)


OPTIONS: dict[str, type[Strict]] = {
    "attention": AttentionOptions,
    "photoreal": PhotorealOptions,
    "photoreal_attention": AttentionOptions,
    "stimuli": StimuliOptions,
    "das": DasOptions,
    "novel": DasOptions,
    "probe": ProbeOptions,
    "behaviour": BehaviorOptions,
    "auxiliary": AuxiliaryOptions,
    "auxiliary_attention": AuxiliaryAttentionOptions,
    "published": PublishedOptions,
}
"""By family; families that are not named have none."""

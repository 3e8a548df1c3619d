"""The schema of a registry of artifacts: `config/artifacts/<paper>.yaml`.

`families` say how artifacts of one kind are drawn and what they read; `figures` and `tables` hold one entry per
number of the paper; `notes` are sentences that must stand wherever a model's result on a task is shown.
"""

from __future__ import annotations

from string import Formatter
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from vitatlas.config.models import Strict

Tier = Literal["smoke", "demo", "paper"]
Task = Literal["discrimination", "rmts"]
Setting = Literal["256", "32"]
Kind = Literal["figure", "table"]

TIERS: tuple[Tier, ...] = ("smoke", "demo", "paper")


def _placeholders(*allowed: str) -> AfterValidator:
    """A check that a text has no other `{placeholders}` than these."""

    def check(text: str) -> str:
        for _, name, _, _ in Formatter().parse(text):
            if name is not None and name not in allowed:
                raise ValueError(f"unknown placeholder '{{{name}}}'; allowed: {', '.join(allowed)}")
        return text

    return AfterValidator(check)


Words = Annotated[str, _placeholders("models", "panels", "points")]
Path = Annotated[str, _placeholders("model", "task", "setting", "geometry", "paper", "analysis")]


class Panel(Strict):
    """One panel of a figure, or one row of a table."""

    model: str = Field(description="the paper's model; a tier may let another model stand in for it")
    task: Task | None = Field(default=None, description="none: the panel is about no task")
    setting: Setting | None = Field(default=None, description="number of shape-color combinations trained on")


class Family(Strict):
    """How artifacts of one kind are made."""

    kind: Kind
    inputs: list[Path] = Field(
        description="tables read for each panel, below results/<tier>; {model}, {task}, {setting} and {geometry} "
        "are the panel's, {analysis} is the entry's option, {paper} the registry's name"
    )
    inputs_with: dict[str, list[Path]] = Field(
        default_factory=dict, description="tables read besides by the entries in which this option is set"
    )
    pending: str | None = Field(default=None, description="why the family cannot be made yet; none: it can")


class Entry(Strict):
    """One figure or table of the paper."""

    title: Words = Field(description="{models} stands for the titles of the panels' models")
    section: str = Field(description="where it stands in the paper")
    family: str
    panels: list[Panel] = Field(min_length=1)
    options: dict[str, Any] = Field(default_factory=dict, description="parameters of the family, see its options")
    tiers: list[Tier] = Field(default_factory=lambda: list(TIERS), min_length=1)
    caption: Words = Field(description="{models} and {panels} stand for what the panels show, {points} for how many")
    inferred: str | None = Field(default=None, description="what about this entry is our reading, not the paper's word")


class Note(Strict):
    """A sentence to print wherever this model's result on this task is shown."""

    model: str
    task: Task
    text: str


Figure = Annotated[str, StringConstraints(pattern=r"^figure_\d\d$")]
Extra = Annotated[str, StringConstraints(pattern=r"^extra_[a-z_]+$")]
Table = Annotated[str, StringConstraints(pattern=r"^table_\d\d$")]


class RegistryFile(Strict):
    """The whole of `config/artifacts/<paper>.yaml`."""

    title: str = Field(description="the paper's title")
    reference: str = Field(description="authors, venue and year")
    families: dict[str, Family]
    figures: dict[Figure, Entry]
    extras: dict[Extra, Entry] = Field(default_factory=dict, description="figures of our own, beside the paper's")
    tables: dict[Table, Entry]
    notes: list[Note] = Field(default_factory=list)

    @model_validator(mode="after")
    def _families_exist(self) -> RegistryFile:
        for section, kind in (("figures", "figure"), ("extras", "figure"), ("tables", "table")):
            allowed = sorted(name for name, family in self.families.items() if family.kind == kind)
            for name, entry in getattr(self, section).items():
                if entry.family not in allowed:
                    raise ValueError(
                        f"{section}.{name}.family: unknown family '{entry.family}'; there are: {', '.join(allowed)}"
                    )
        return self


class NoOptions(Strict):
    """Options of a family that has none."""


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


OPTIONS: dict[str, type[BaseModel]] = {
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


def options_of(family: str) -> type[BaseModel]:
    """The schema of a family's options."""
    return OPTIONS.get(family, NoOptions)

"""The schema of a registry of artifacts: `config/artifacts/<paper>.yaml`.

`families` say how artifacts of one kind are drawn and what they read; `figures` and `tables` hold one entry per
number of the paper; `notes` are sentences that must stand wherever the results named are shown. What a panel is, and
which options a family has, the paper's descriptor says.
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field, StringConstraints, model_validator

from vitatlas.config.strict import Strict

Tier = Literal["smoke", "demo", "paper"]
Kind = Literal["figure", "table"]

TIERS: tuple[Tier, ...] = ("smoke", "demo", "paper")


class Panel(Strict):
    """One panel of a figure, or one row of a table. Papers add the keys that tell their panels apart."""

    model: str = Field(description="the paper's model; a tier may let another model stand in for it")


P = TypeVar("P", bound=Panel)


class Family(Strict):
    """How artifacts of one kind are made."""

    kind: Kind
    reads: list[str] = Field(
        description="kinds of analysis table read for each panel; {option} stands for the kind that the entry's option "
        "names"
    )
    reads_with: dict[str, list[str]] = Field(
        default_factory=dict, description="kinds read too by the entries in which this option is set"
    )
    compares: bool = Field(
        default=False,
        description="whether it compares our protocol with that of the paper's code, and needs results of ours",
    )
    pending: str | None = Field(default=None, description="why the family cannot be made yet; none: it can")


class Entry(Strict, Generic[P]):
    """One figure or table of the paper."""

    title: str = Field(description="{models} stands for the titles of the panels' models")
    section: str = Field(description="where it stands in the paper")
    family: str
    panels: list[P] = Field(min_length=1)
    options: dict[str, Any] = Field(default_factory=dict, description="parameters of the family, see its options")
    tiers: list[Tier] = Field(default_factory=lambda: list(TIERS), min_length=1)
    caption: str = Field(description="{models} and {panels} stand for what the panels show; papers have further words")
    data: list[str] = Field(
        default_factory=list, description="published data sets that it is made from, by their names in `known.py`"
    )
    inferred: str | None = Field(default=None, description="what about this entry is our reading, not the paper's word")
    caption_known: bool = Field(
        default=False, description="whether the paper's own caption of it was known when this entry was written"
    )


class Note(Strict):
    """A sentence to print wherever these results are shown."""

    about: dict[str, Any] = Field(min_length=1, description="the panels that it is about, by their keys")
    text: str
    in_picture: bool = Field(default=False, description="whether it stands inside the picture too")


Figure = Annotated[str, StringConstraints(pattern=r"^figure_\d\d$")]
Extra = Annotated[str, StringConstraints(pattern=r"^extra_[a-z_]+$")]
Table = Annotated[str, StringConstraints(pattern=r"^table_\d\d$")]


class RegistryFile(Strict, Generic[P]):
    """The whole of `config/artifacts/<paper>.yaml`."""

    title: str = Field(description="the paper's title")
    reference: str = Field(description="authors, venue and year")
    families: dict[str, Family]
    figures: dict[Figure, Entry[P]] = Field(default_factory=dict)
    extras: dict[Extra, Entry[P]] = Field(default_factory=dict, description="figures of our own, beside the paper's")
    tables: dict[Table, Entry[P]] = Field(default_factory=dict)
    notes: list[Note] = Field(default_factory=list)

    @model_validator(mode="after")
    def _families_exist(self) -> RegistryFile[P]:
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

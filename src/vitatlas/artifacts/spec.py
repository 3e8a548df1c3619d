"""The spec of a figure or table: what its job is handed besides tables.

What a panel is, each paper says in a class of its own (`ArtifactSpec[PanelSpec]`). Jobs that only hand a spec on, or
read what all artifacts have, take `AnyArtifactSpec`.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import ConfigDict, Field

from vitatlas.artifacts.schema import Tier
from vitatlas.config.strict import Strict


def number(artifact: str) -> str:
    """The name of an artifact in words: `Figure 2`, `Table 3`, `Extra`."""
    kind, _, rest = artifact.partition("_")
    return kind.title() if kind == "extra" else f"{kind.title()} {int(rest)}"


def is_own(artifact: str) -> bool:
    """Whether it is a figure of our own, which the paper does not have."""
    return artifact.startswith("extra_")


class PanelSpec(Strict):
    """One panel of a figure, or one row of a table, with what the zoo says of its model."""

    model: str
    title: str

    @property
    def heading(self) -> str:
        """The panel in words."""
        return self.title


S = TypeVar("S")


class ArtifactSpec(Strict, Generic[S]):
    """One figure or table. All text is final.

    Attributes:
        reading: What about it is our reading of the paper, not the paper's word; empty for nothing.
        options: Of its family.
        tier_note: What readers must know of the tier's numbers; None where they are the paper's.
        notes: What must stand beside the results.
        in_picture: Those of the notes that stand in the picture too.
    """

    artifact: str
    paper: str
    tier: Tier
    family: str
    title: str
    section: str
    caption: str
    reading: str = ""
    panels: list[S]
    options: dict[str, Any]
    tier_note: str | None
    notes: list[str]
    in_picture: list[str] = Field(default_factory=list)

    @property
    def number(self) -> str:
        """`Figure 2`, `Table 3`; `Extra` for a figure that the paper does not have."""
        return number(self.artifact)

    @property
    def explanation(self) -> str:
        """The caption, and what about the entry is our reading of the paper."""
        return f"{self.caption} Our reading of the paper: {self.reading}." if self.reading else self.caption

    @property
    def remarks(self) -> list[str]:
        """The sentences beside the numbers: the tier's note, then the notes on models."""
        return [self.tier_note, *self.notes] if self.tier_note else self.notes


class AnyPanelSpec(PanelSpec):
    """A panel of any paper, with whatever keys the paper adds."""

    model_config = ConfigDict(extra="allow", frozen=True)


class AnyArtifactSpec(ArtifactSpec[AnyPanelSpec]):
    """A figure or table of any paper, with whatever keys the paper adds."""

    model_config = ConfigDict(extra="allow", frozen=True)

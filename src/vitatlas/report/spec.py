"""The specs of the pages: that of one paper, and that of all papers' coverage. Imports no torch."""

from __future__ import annotations

from typing import Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from vitatlas.artifacts.spec import number
from vitatlas.config.strict import Strict

TEMPLATES = tuple(
    f"workflow/report/page/{name}"
    for name in ("page.html", "page.css", "macros.html", "artifact.html", "appendix.html")
)
"""The templates of a paper's page, relative to the project."""

BADGE_TEMPLATE = "workflow/report/badge.svg"
"""The template of a paper's badge, relative to the project."""

COVERAGE_TEMPLATE = "workflow/report/coverage.html"
"""The template of the coverage page, relative to the project."""

MADE, PENDING, NOT_ATTEMPTED, OTHER_TIER = "made", "pending", "not attempted", "not in this tier"
"""The states of an artifact."""


class Row(Strict):
    """One artifact, whether made or not.

    Attributes:
        name: `figure_02`.
        state: One of `MADE`, `PENDING`, `NOT_ATTEMPTED`, `OTHER_TIER`.
        remark: Why it is not made, or what it lacks although it is.
        reading: The part of its entry that is our reading of the paper.
        caption_known: Whether the paper's own caption was known; so for what the paper does not have.
    """

    name: str
    title: str
    section: str
    state: str = MADE
    remark: str = ""
    reading: str = ""
    caption_known: bool = True

    @property
    def number(self) -> str:
        """`Figure 2`, `Table 3`, `Extra`."""
        return number(self.name)

    @model_serializer(mode="wrap")
    def _compact(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without what is at its default: all rows go over a command line."""
        fields = type(self).model_fields
        return {name: value for name, value in whole(self).items() if value != fields[name].default}


class PaperRows(Strict):
    """The artifacts of one paper."""

    paper: str
    title: str
    reference: str
    rows: list[Row]

    @property
    def summary(self) -> str:
        """The number of artifacts that are made, and of the others by state, in words."""
        states = [row.state for row in self.rows]
        others = ", ".join(
            f"{states.count(state)} {state}" for state in (PENDING, NOT_ATTEMPTED, OTHER_TIER) if state in states
        )
        made = f"{states.count(MADE)} of {len(states)} figures and tables are made"
        return f"{made}; {others}" if others else made

    @property
    def sentences(self) -> list[str]:
        """The artifacts that are made, and our reading in them."""
        return list(filter(None, [self.summary, self.readings]))

    @property
    def readings(self) -> str:
        """The number of entries that are our reading of the paper in part, in words; empty for none."""
        read = sum(bool(row.reading) for row in self.rows)
        if not read:
            return ""
        unknown = sum(not row.caption_known for row in self.rows)
        captions = f"; the paper’s captions of {unknown} were not known" if unknown else ""
        return f"Of {read} of the {len(self.rows)}, some of what is shown is our reading of the paper{captions}"


class CoverageSpec(Strict):
    """The artifacts of all papers in one tier. Input `template`; outputs `md`, `html`.

    Attributes:
        command: What makes a target, whose name stands for `{target}`.
    """

    tier: str
    command: str
    papers: list[PaperRows]


class PageSpec(Strict):
    """One paper in one tier.

    Inputs `artifacts` (all files of the tier's artifacts, in the order of the page), `compute` (the table of
    `vitatlas.costs.compute`), `templates` (`TEMPLATES`); `verdicts` and `badge` of a paper with published numbers;
    `invariants` of a paper that has some; `linked`, other pages that it leads to. Output `html`, in a folder below the
    tier's.

    Attributes:
        title, reference: Of the paper.
        command: What makes a target, whose name stands for `{target}`.
        keys: Columns of the table of verdicts that are shown beside the model.
        tier_note: What readers must know of the tier's numbers; None where they are the paper's.
        notes: What must stand beside all results.
        missing: The artifacts that the tier does not make.
        tutorial: The published tutorial, relative to the project; None for a paper without one.
        stand_ins: Of each model that stands in for others, by title, the titles of the paper's models.
        words: What names of models, and values of keys, are called.
    """

    paper: str
    tier: str
    title: str
    reference: str
    command: str
    keys: list[str] = Field(default_factory=list)
    tier_note: str | None = None
    notes: list[str] = Field(default_factory=list)
    missing: list[Row] = Field(default_factory=list)
    tutorial: str | None = None
    stand_ins: dict[str, list[str]] = Field(default_factory=dict)
    words: dict[str, str] = Field(default_factory=dict)

"""What the page of a paper depends on besides files."""

from __future__ import annotations

from pydantic import Field

from vitatlas.artifacts.schema import Tier
from vitatlas.jobs import Spec

TEMPLATES = tuple(
    f"workflow/report/page/{name}"
    for name in ("page.html", "page.css", "macros.html", "artifact.html", "appendix.html")
)
"""The templates of the page, relative to the project."""


class PageSpec(Spec):
    """The paper and the tier.

    Attributes:
        stand_ins: The tier's model by the paper's.
        departures: The switches of the protocol that are set to `reference`.
    """

    paper: str
    tier: Tier
    stand_ins: dict[str, str]
    departures: list[str] = Field(default_factory=list)

"""The words at the end of a run: where its results are looked at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def where(results: Path, papers: Iterable[str]) -> str:
    """The pages of a tier that are there, one a line; empty where none is.

    Args:
        results: The tier's folder.
        papers: Those whose pages are looked for.
    """
    pages = {paper: results / "report" / f"{paper}.html" for paper in papers}
    pages |= {"what is made, what is not, and why": results / "coverage.html"}
    there = {title: page for title, page in pages.items() if page.exists()}
    return "\n".join(
        ["Open in a browser:", *(f"  {page}  ({title})" for title, page in there.items())] if there else []
    )

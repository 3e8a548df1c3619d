"""The spec of the job that shows which components carry a user's words. Imports no torch."""

from __future__ import annotations

from vitatlas.config.strict import Strict

TEMPLATES = (
    "workflow/report/page/page.css",
    *(f"workflow/report/own/{name}" for name in ("own.html", "own.css", "sort.js")),
)
"""The templates of the page, relative to the project."""


class OwnPageSpec(Strict):
    """One page. Inputs `table` and `heatmaps` of the job before, `templates` (`TEMPLATES`); output `html`.

    Attributes:
        name: Of the entry in the configuration.
        title, text_title: Of the model, and of the CLIP model.
        architecture: In timm.
        words: The list, as the configuration names it.
    """

    name: str
    title: str
    text_title: str
    architecture: str
    words: str

"""The spec of the job that shows what units respond to on one page. Imports no torch."""

from __future__ import annotations

from vitatlas.config.strict import Strict

TEMPLATES = (
    "workflow/report/page/page.css",
    *(f"workflow/report/own/{name}" for name in ("features.html", "own.css", "features.css", "sort.js", "search.js")),
)
"""The templates of the page, relative to the project."""


class OwnPageSpec(Strict):
    """One page. Inputs `top`, `moments` and `pictures` of the scores, `images` and `visualised` of the visualisations,
    `maps` and `thumbnails`, `templates` (`TEMPLATES`); output `html`.

    Attributes:
        name: Of the entry in the configuration.
        title: Of the model.
        architecture: In timm.
        untrained: Whether the model's weights are random.
        data: The data set.
    """

    name: str
    title: str
    architecture: str
    untrained: bool
    data: str

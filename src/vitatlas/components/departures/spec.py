"""The spec of the job that compares departures of the reference code. Imports no torch."""

from __future__ import annotations

from vitatlas.components.removal.spec import RemovalSpec
from vitatlas.components.retrieve.spec import ByPictureSpec, ByTextSpec
from vitatlas.config.strict import Strict


class DeparturesSpec(Strict):
    """The departures of the reference code, on one encoder. Inputs `contributions`, `birds`, `scores`, `texts`, `maps`,
    `index` (see the specs below), and the tables `exactness` and `heatmaps` of the same encoder; output `table`.

    Attributes:
        name: The model's name in the zoo.
        run: Which of its pretrainings.
        by_text, by_picture, removal: Under the corrected protocol.
    """

    name: str
    run: int
    by_text: ByTextSpec
    by_picture: ByPictureSpec
    removal: RemovalSpec

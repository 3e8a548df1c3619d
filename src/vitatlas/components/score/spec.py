"""The spec of the job that scores components. Imports no torch."""

from __future__ import annotations

from vitatlas.components.score.rules import Similarity
from vitatlas.config.strict import Strict


class ScoresSpec(Strict):
    """The scores of one encoder's components. Inputs `contributions`, `targets` (see `AlignSpec`), `texts`, `maps`;
    output `table`.

    Attributes:
        name: The model's name in the zoo.
        run: Which of its pretrainings.
        texts: How many texts of each feature agreement with CLIP is measured with.
        labels: Features whose texts are values of an attribute of the picture world: the attribute, by feature.
        values: Their texts.
        similarity: With which components are compared with texts.
        own_space: Whether the texts are of the model's own space.
    """

    name: str
    run: int
    texts: int
    labels: dict[str, str]
    values: dict[str, list[str]]
    similarity: Similarity
    own_space: bool

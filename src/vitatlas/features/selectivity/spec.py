"""The spec of the job that measures what features respond to. Imports no torch."""

from __future__ import annotations

from vitatlas.config.strict import Strict
from vitatlas.features.config.selectivity import Selectivity


class SelectivitySpec(Strict):
    """The selectivity of one encoder's features. Inputs `scores` (npy), `units` and `pictures` (Parquet); outputs
    `units` and `layers`.

    Attributes:
        name: The model's name in the zoo.
        run: Which of its pretrainings.
        part: The pictures that count, of those that were scored.
        one_sign: The sites at which only large activations count, since they stand behind a non-linearity: `mlp.act`.
            At other sites a unit may as well respond by falling.
        settings: How it is measured.
        seed: What permutations and samples derive from.
    """

    name: str
    run: int
    part: str
    one_sign: list[str]
    settings: Selectivity
    seed: int

"""The spec of the job that removes a spurious cue. Imports no torch."""

from __future__ import annotations

from typing import Literal

from vitatlas.components.config.uses import HeadTraining
from vitatlas.config.strict import Strict


class RemovalSpec(Strict):
    """Removal of a spurious cue from one encoder. Inputs `contributions` (of pictures in groups), `texts`, `maps`;
    output `table`.

    Attributes:
        name: The model's name in the zoo.
        run: Which of its pretrainings.
        cue, core: Texts of the cue, and of what the classes are told by.
        components: How many are set to their means.
        most: Up to how many are, one after another, to see what depends on their number.
        heads: How many heads are trained.
        zero_shot: Whether the names of the classes are texts, and make the head instead.
        training: How heads are trained.
        draws: How many draws of random components there are.
        selection: The part of the pictures that components are chosen and averaged on.
        train, test: Those that heads are trained and measured on.
        seed: What heads and draws derive from.
    """

    name: str
    run: int
    cue: list[str]
    core: list[str]
    components: int
    most: int
    heads: int
    zero_shot: bool
    training: HeadTraining
    draws: int
    selection: Literal["selection", "test"]
    train: str
    test: str
    seed: int

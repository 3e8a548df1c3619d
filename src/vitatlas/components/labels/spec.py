"""The spec of the job that labels components with texts. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.strict import Strict


class LabelsSpec(Strict):
    """The texts of one encoder's components by several methods. Inputs `contributions`, `targets` (see `AlignSpec`),
    `texts`, `maps` (one per method), and `weights` where the classes of the encoder's head are the dictionary; output
    `table`.

    Attributes:
        name: The model's name in the zoo.
        run: Which of its pretrainings.
        methods: Of alignment, in the order of `maps`.
        values: The dictionary where pictures are labelled: the texts, by feature; empty: the classes of the head.
        attributes: The attribute of each of these features.
        count: Texts per component.
        learned: The part of pictures that directions of values are made of.
        measured: The part that components are labelled on.
        seed: What the component that is shown is drawn by.
        own_space: Whether the texts are of the model's own space.
    """

    name: str
    run: int
    methods: list[str] = Field(min_length=1)
    values: dict[str, list[str]]
    attributes: dict[str, str]
    count: int
    learned: str
    measured: str
    seed: int
    own_space: bool

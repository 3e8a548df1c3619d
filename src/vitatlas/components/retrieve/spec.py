"""The specs of the jobs that find pictures. Import no torch."""

from __future__ import annotations

from typing import Literal

from vitatlas.components.config.protocol import Switch
from vitatlas.components.score.rules import Similarity
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.sources import Source


class Shown(Strict):
    """How pictures that are shown are made again: as the encoder saw them. Input `index`, of pictures that the user
    brings.

    Attributes:
        source: Where they come from.
        image, shorter_side, interpolation: As the encoder's (`EncoderSettings`).
    """

    source: Source
    image: int
    shorter_side: int
    interpolation: Literal["bicubic", "bilinear"]


class ByTextSpec(Strict):
    """Pictures by text, of one encoder. Inputs `contributions`, `scores`, `texts`, `maps`, `index`; output `table`.

    Attributes:
        name: The model's name in the zoo.
        run: Which of its pretrainings.
        labels: Features whose texts are values of an attribute of the picture world: the attribute, by feature.
        shown: Texts whose pictures are shown, by feature.
        width: Components per column.
        top: Pictures that count as found.
        similarity: With which pictures are ranked.
        pictures: How pictures that are shown are made again.
    """

    name: str
    run: int
    labels: dict[str, str]
    shown: dict[str, list[str]]
    width: int
    top: int
    similarity: Similarity
    pictures: Shown


class ByPictureSpec(Strict):
    """Pictures by picture, of one encoder. Inputs `contributions`, `scores`, `index`; output `table`.

    Attributes:
        name: The model's name in the zoo.
        run: Which of its pretrainings.
        labels: Features with labels: the attribute, by feature.
        values: Their values.
        components: Features that are asked for, with the number of components that stands for each.
        gap: The rule that these are chosen by.
        top: Pictures that count as found.
        probes: How many pictures others are compared with.
        shown_probes: How many of them are shown.
        seed: What probes and random components derive from.
        pictures: How pictures that are shown are made again.
    """

    name: str
    run: int
    labels: dict[str, str]
    values: dict[str, list[str]]
    components: dict[str, int]
    gap: Switch
    top: int
    probes: int
    shown_probes: int
    seed: int
    pictures: Shown

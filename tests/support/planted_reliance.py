"""Planted classifiers that read one thing of a picture, and pictures in which that thing is the class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from brought_pictures import index_of, saved
from PIL import Image
from torch import Tensor

from vitatlas.encoders.seen.pictures import BroughtPictures
from vitatlas.features.reliance.answers import Part, Questions, answers
from vitatlas.features.reliance.stimuli import Stimuli
from vitatlas.images.brought.view import View
from vitatlas.images.brought.wnids import WNIDS
from vitatlas.jobs.checkpoint import Checkpoint

COLOURS = torch.tensor([[250, 20, 20], [20, 250, 20], [20, 20, 250], [250, 250, 20]], dtype=torch.uint8)
"""Of the classes 0 to 3."""

SIDE = 24
BOX = (9, 9, 16, 16)
"""xmin, ymin, xmax, ymax, as annotated: pixels 8 to 15 from 0."""


@dataclass(frozen=True)
class TensorPictures:
    """Pictures in memory, uint8 [N, 3, S, S]."""

    images: Tensor

    @property
    def table(self) -> pd.DataFrame:
        return pd.DataFrame({"picture": [f"picture/{number}" for number in range(len(self.images))]})

    def batches(self, size: int, start: int = 0) -> Iterator[Tensor]:
        for first in range(start, len(self.images), size):
            yield self.images[first : first + size]


def colour_reader(row: int, column: int) -> Callable[[Tensor], Tensor]:
    """A classifier that sees one pixel: logits are similarities to the colours of the classes."""

    def logits(images: Tensor) -> Tensor:
        seen = images[:, :, row, column].float()
        return -torch.cdist(seen, COLOURS.float())

    return logits


def phase_reader(cycles: int, side: int) -> Callable[[Tensor], Tensor]:
    """A classifier that sees one horizontal frequency: logits are how well each of four phases fits, in whole numbers,
    so that what is left of rounding is nothing."""
    templates = torch.stack([grating(cycles, side, phase) for phase in range(4)]).flatten(1)

    def logits(images: Tensor) -> Tensor:
        return (images.float().mean(1).flatten(1) @ templates.T / side**2 / 4).round()

    return logits


def grating(cycles: int, side: int, phase: int) -> Tensor:
    """A cosine across the picture, turned by `phase` quarters: [S, S]."""
    angle = 2 * torch.pi * cycles * torch.arange(side, dtype=torch.float32) / side
    return torch.cos(angle - phase * torch.pi / 2).expand(side, side)


def xml(wnid: str, boxes: list[tuple[int, int, int, int]], width: int = SIDE, height: int = SIDE) -> str:
    """An annotation as ImageNet publishes it."""
    names = ("xmin", "ymin", "xmax", "ymax")
    objects = [
        "<object><name>{}</name><bndbox>{}</bndbox></object>".format(
            wnid, "".join(f"<{name}>{value}</{name}>" for name, value in zip(names, box, strict=True))
        )
        for box in boxes
    ]
    return f"<annotation><size><width>{width}</width><height>{height}</height></size>{''.join(objects)}</annotation>"


def boxed_pictures(folder: Path, annotations: dict[int, str | None] | None = None, each: int = 3) -> BroughtPictures:
    """Pictures of the classes 0 to 3: an object of the class's colour in `BOX`, and the same colour around it, but for
    a grey frame between.

    Args:
        folder: To write them to.
        annotations: Other ones than `BOX` for pictures by number; None: no file.
        each: Pictures per class.
    """
    for number in range(4 * each):
        wnid, name = WNIDS[number % 4], f"{number:03d}"
        values = np.full((SIDE, SIDE, 3), 128, np.uint8)
        values[[0, -1]] = values[:, [0, -1]] = values[8:16, 8:16] = COLOURS[number % 4].numpy()
        picture = folder / "mine/val" / wnid / f"{name}.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(saved(Image.fromarray(values), "PNG"))
        said = (annotations or {}).get(number, xml(wnid, [BOX]))
        if said is not None:
            place = folder / "boxes" / wnid / f"{name}.xml"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(said)
    (folder / "boxes").mkdir(exist_ok=True)
    data_set = {"kind": "imagenet", "place": str(folder / "mine"), "subset": True, "boxes": str(folder / "boxes")}
    index = index_of(data_set, folder / "mine.parquet")
    table = index.table.select(["id", "class_id", "label"]).to_pandas().rename(columns={"id": "picture"})
    return BroughtPictures(table, index, View(SIDE, SIDE))


def answered(stimuli: Stimuli, logits: Callable[[Tensor], Tensor], classes: Tensor, folder: Path) -> Tensor:
    """What a classifier answers: rank and cross-entropy, [N, ways, 2]."""
    questions = Questions(logits, torch.device("cpu"), 5, "planted")
    checkpoint = Checkpoint(folder / "table.parquet", "key", 1e9)
    return answers(questions, {"one": Part(stimuli, classes)}, checkpoint)["one"]

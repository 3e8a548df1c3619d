"""Pictures of one part of a set, as an encoder sees them.

Scenes do not depend on the encoder: all encoders of one size see the same pictures, with the same ids, and read them
where a job has stored them for all. Of pictures that a user brings, the ids are those of the index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.encoders.seen.scenes import scenes_of_part
from vitatlas.encoders.seen.sources import Brought, Source
from vitatlas.encoders.seen.stored import stored_pictures
from vitatlas.errors import UserError
from vitatlas.images.brought.index import Index, load_index
from vitatlas.images.brought.pictures import batches
from vitatlas.images.brought.view import View
from vitatlas.images.world.render import Renderer
from vitatlas.jobs.seeds import derive_seed
from vitatlas.models.encoder import Encoder

KNOWN = ("id", "class_id", "label", "group")
"""The columns of an index that say what is known of a picture."""


class Pictures(Protocol):
    """Some pictures in one order."""

    @property
    def table(self) -> pd.DataFrame:
        """One row per picture: `picture` (its id), and what is known of it: attributes of the picture world, or
        class_id and label."""

    def batches(self, size: int, start: int = 0) -> Iterator[Tensor]:
        """Pictures from a position on, uint8 [B, 3, side, side]; no more than one batch is in memory."""


@dataclass(frozen=True)
class WorldPictures:
    """Scenes of the picture world; see `Pictures`."""

    table: pd.DataFrame
    renderer: Renderer

    def batches(self, size: int, start: int = 0) -> Iterator[Tensor]:
        """See `Pictures`."""
        for _, images in self.renderer.in_batches(self.table.iloc[start:], size):
            yield images


@dataclass(frozen=True)
class BroughtPictures:
    """Pictures of an index; see `Pictures`."""

    table: pd.DataFrame
    index: Index
    view: View

    def batches(self, size: int, start: int = 0) -> Iterator[Tensor]:
        """See `Pictures`."""
        for batch in batches(self.index, self.view, size, start):
            yield torch.from_numpy(batch.images)


def pictures_of(
    name: str, source: Source, encoder: Encoder, seed: int, indexes: Sequence[Path], scenes: Sequence[Path] = ()
) -> Pictures:
    """The pictures of the part `name`.

    Args:
        name: Of the part.
        source: Where they come from.
        encoder: Which sees them.
        seed: What scenes and draws derive from, with the name.
        indexes: The files of the indexes of data sets, by name `<data>.parquet`.
        scenes: The files of scenes that are stored, see `stored_pictures`; scenes of which there are none are rendered.

    Raises:
        UserError: The index is not among them; there are not so many pictures; other scenes are stored.
    """
    if not isinstance(source, Brought):
        table = scenes_of_part(name, source, seed)
        stored = stored_pictures(name, table, encoder.side, scenes)
        return stored or WorldPictures(table, Renderer(encoder.side, next(encoder.parameters()).device))
    index = load_index(_index_of(source, indexes))
    chosen = index.chosen(_positions(index, source, derive_seed(seed, name)))
    settings = encoder.entry.encoder
    columns = [name for name in KNOWN if name in chosen.table.column_names]
    known = chosen.table.select(columns).to_pandas().rename(columns={"id": "picture"})
    return BroughtPictures(known, chosen, View(settings.image, settings.shorter_side, settings.interpolation))


def _index_of(source: Brought, indexes: Sequence[Path]) -> Path:
    for path in indexes:
        if path.stem == source.data:
            return path
    given = ", ".join(path.stem for path in indexes) or "none"
    raise UserError(f"the index of data set '{source.data}' was not handed over", remedy=f"given: {given}")


def _positions(index: Index, source: Brought, seed: int) -> list[int]:
    """Positions drawn at random, in the order of the index."""
    order = np.random.default_rng(seed).permutation(len(index))
    if source.split is not None:
        order = order[np.asarray(_splits(index))[order] == source.split]
    if source.per_class is not None:
        order = _of_each_class(np.asarray(index.table["label"])[order], order, source.per_class)
    elif source.pictures is not None:
        if source.pictures > len(order):
            raise UserError(
                f"{source.pictures} pictures are asked for, and '{source.data}' has {len(order)}",
                where=index.path,
                remedy="ask for fewer (key `pictures` of the part), or bring more",
            )
        order = order[: source.pictures]
    return sorted(order.tolist())


def _splits(index: Index) -> list[str]:
    if "split" not in index.table.column_names:
        raise UserError(
            "the data set has no splits", where=index.path, remedy="take out the key `split`, or bring another layout"
        )
    splits: list[str] = index.table["split"].to_pylist()
    return splits


def _of_each_class(labels: np.ndarray, order: np.ndarray, number: int) -> np.ndarray:
    """The first `number` positions of each class, of positions in random order."""
    rank = pd.Series(labels).groupby(labels).cumcount().to_numpy()
    found: np.ndarray = order[rank < number]
    return found


def parts_of(
    sources: Mapping[str, Source],
    encoder: Encoder,
    seed: int,
    indexes: Sequence[Path],
    scenes: Sequence[Path] = (),
) -> dict[str, Pictures]:
    """The pictures of all parts.

    Raises:
        UserError: As `pictures_of`.
    """
    return {name: pictures_of(name, source, encoder, seed, indexes, scenes) for name, source in sources.items()}

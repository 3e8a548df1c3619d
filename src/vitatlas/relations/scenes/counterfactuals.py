"""Pairs of scenes for interchange interventions, as a table: what happens to a base image's answer if one of its
objects takes over the shape or the colour that an object of a source image has (Lepori et al., section 4).
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from vitatlas.errors import UserError
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.files import COUNTERFACTUALS, read_about
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.vocabulary import PROPERTIES

DIRECTIONS = ("different-to-same", "same-to-different")
PAIRS = ("sample", "display")

_PER_EXAMPLE = {"edited": "int8", "given": "int8", "other": "int8", "target": "int8", "judgement": "int8"}
_PER_EXAMPLE |= {"row": "int64"}


@dataclass(frozen=True, eq=False)
class Counterfactuals:
    """N examples. Objects are numbered as in `Scenes`: 0 and 1 the (sample) pair, 2 and 3 the display pair.

    Attributes:
        base: The images that are intervened on, N scenes of the split.
        source: The images that the property's value comes from, N scenes of as many objects.
        property: What is taken over, one of `PROPERTIES`.
        edited: int8 [N], the object of the base image that is edited.
        given: int8 [N], the object of the source image whose value it gets.
        other: int8 [N], another object of the source image: the control "wrong_object" takes its value instead.
        target: int8 [N], the right answer after the edit, 1 = same; never the base image's label.
        judgement: int8 [N], whether the edited pair was the same before the edit (the intermediate judgement of RMTS).
        row: int64 [N], the base image's row in the table of the split.
    """

    base: Scenes
    source: Scenes
    property: str
    edited: np.ndarray
    given: np.ndarray
    other: np.ndarray
    target: np.ndarray
    judgement: np.ndarray
    row: np.ndarray

    def __len__(self) -> int:
        return len(self.target)

    def __getitem__(self, index: slice | np.ndarray) -> Counterfactuals:
        """The chosen examples."""
        chosen = {name: getattr(self, name)[index] for name in ("base", "source", *_PER_EXAMPLE)}
        return Counterfactuals(**chosen, property=self.property)

    @builtins.property  # `property` is a field here
    def direction(self) -> np.ndarray:
        """How the edited pair's relation changes: str [N], one of `DIRECTIONS`."""
        return np.array(DIRECTIONS)[self.judgement.astype(int)]

    @builtins.property  # `property` is a field here
    def pair(self) -> np.ndarray:
        """Which pair is edited: str [N], one of `PAIRS`; always "sample" in discrimination."""
        return np.array(PAIRS)[(self.edited >= 2).astype(int)]

    @builtins.property  # `property` is a field here
    def partner(self) -> np.ndarray:
        """The other object of the edited pair: int8 [N]."""
        return self.edited ^ 1

    def tokens(self, role: str, geometry: Geometry) -> np.ndarray:
        """The patches under one object per example: int64 [N, span²], as `Scenes.tokens`.

        Args:
            role: `edited` or `partner` (of the base image), `given` or `other` (of the source image).
            geometry: The geometry that the scenes were made for.
        """
        scenes = self.base if role in ("edited", "partner") else self.source
        return scenes.tokens(geometry)[np.arange(len(self)), getattr(self, role)]

    def edited_scenes(self) -> Scenes:
        """The base images as they are after the edit, noise and jitter unchanged, with the target as label."""
        rows = np.arange(len(self))
        changed = {field.name: getattr(self.base, field.name).copy() for field in fields(Scenes)}
        changed[self.property][rows, self.edited] = getattr(self.source, self.property)[rows, self.given]
        same = (1 - self.judgement).astype(np.int8)
        sample = self.edited < 2
        changed["sample_same"] = np.where(sample, same, self.base.sample_same)
        changed["display_same"] = np.where(sample, self.base.display_same, same)
        changed["kind"] = np.where(sample, np.where(same == 1, "same", self.property), self.base.kind)
        return Scenes(**changed | {"label": self.target.astype(np.int8)})

    def to_frame(self, geometry: Geometry | None = None) -> pd.DataFrame:
        """One row per example: the columns of both scenes as `base_…` and `source_…`, those of the example, the
        direction, the pair and, given the geometry, the lists `edited_tokens`, `given_tokens` and `other_tokens`."""
        parts = [getattr(self, name).to_frame().add_prefix(f"{name}_") for name in ("base", "source")]
        own = pd.DataFrame({name: getattr(self, name).astype(dtype) for name, dtype in _PER_EXAMPLE.items()})
        own["direction"], own["pair"] = self.direction, self.pair
        if geometry is not None:
            for role in ("edited", "given", "other"):
                own[f"{role}_tokens"] = list(self.tokens(role, geometry))
        return pd.concat([own, *parts], axis=1)

    @classmethod
    def load(cls, path: str | Path, geometry: Geometry, **expected: Any) -> Counterfactuals:
        """Read a Parquet file with the columns of `to_frame`, and make sure that it is the set meant.

        Args:
            path: The file.
            geometry: That of the model which is to see the images.
            expected: What it must say that it holds: property, task, setting, split.

        Raises:
            UserError: The file is missing, damaged or no such table; it is empty; it is of another geometry, property,
                task, setting or split.
        """
        about = read_about(path, COUNTERFACTUALS, geometry=geometry.model_dump(), **expected)
        if about["property"] not in PROPERTIES:
            raise UserError(f"no set of counterfactuals: its property is {about['property']}", where=path)
        frame = pq.read_table(path).to_pandas()
        missing = [name for name in _PER_EXAMPLE if name not in frame.columns]
        if missing:
            raise UserError(f"no table of counterfactuals: column '{missing[0]}' is missing", where=path)
        if frame.empty:
            raise UserError("the set of counterfactuals is empty", where=path, remedy="make it again, of a larger size")
        base, source = (Scenes.from_frame(_part(frame, prefix), path) for prefix in ("base_", "source_"))
        own = {name: frame[name].to_numpy() for name in _PER_EXAMPLE}
        return cls(base=base, source=source, property=about["property"], **own)


def _part(frame: pd.DataFrame, prefix: str) -> pd.DataFrame:
    """The columns that begin with `prefix`, without it."""
    chosen = frame[[name for name in frame.columns if name.startswith(prefix)]]
    return chosen.rename(columns=lambda name: name.removeprefix(prefix))

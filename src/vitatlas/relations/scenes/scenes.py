"""A data set of the relations paper as a table: what is drawn where, object by object, and the label.

Images are never stored: `vitatlas.relations.scenes.render` draws them from the rows of this table, always the
same ones.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vitatlas.errors import UserError
from vitatlas.relations.config.models import Geometry

KINDS = ("same", "both", "shape", "color")
"""The ways in which the two objects of a pair differ."""

_PER_OBJECT = {"shape": "int16", "color": "int16", "row": "int16", "col": "int16", "dy": "int16", "dx": "int16"}
_PER_OBJECT |= {"noise": "int64"}
_PER_SCENE = {"label": "int8", "sample_same": "int8", "display_same": "int8"}


@dataclass(frozen=True, eq=False)
class Scenes:
    """N scenes of K objects each.

    In discrimination K = 2. In RMTS (relational match to sample) K = 4: objects 0 and 1 are the sample pair,
    2 and 3 the display pair.

    Attributes:
        shape, color: int16 [N, K], ids of `SHAPE_NAMES` and `COLOR_NAMES`.
        row, col: int16 [N, K], top left corner of the object's box, in patches.
        dy, dx: int16 [N, K], offset of the silhouette inside its box, in pixels.
        noise: int64 [N, K], seed of the object's pixel noise, not negative.
        label: int8 [N], 1 = same, 0 = different; in RMTS 1 = both pairs have the same relation.
        kind: str [N], how the (sample) pair differs, one of `KINDS`.
        sample_same, display_same: int8 [N], whether the two objects of that pair are the same.
            Discrimination has no display pair: its `sample_same` is the label, its `display_same` is -1.
    """

    shape: np.ndarray
    color: np.ndarray
    row: np.ndarray
    col: np.ndarray
    dy: np.ndarray
    dx: np.ndarray
    noise: np.ndarray
    label: np.ndarray
    kind: np.ndarray
    sample_same: np.ndarray
    display_same: np.ndarray

    def __len__(self) -> int:
        return len(self.label)

    def __getitem__(self, index: int | slice | np.ndarray) -> Scenes:
        """The chosen scenes; an integer gives a table of one."""
        if isinstance(index, (int, np.integer)):
            index = np.array([index])
        return Scenes(**{field.name: getattr(self, field.name)[index] for field in fields(self)})

    @property
    def objects(self) -> int:
        """Objects per scene, K."""
        return self.shape.shape[1]

    def tokens(self, geometry: Geometry) -> np.ndarray:
        """The patches under each object: int64 [N, K, span²], row-major indices in the order TL, TR, BL, BR.

        A model adds its number of prefix tokens to them.
        """
        step = np.arange(geometry.span)
        inside = (step[:, None] * geometry.grid + step).ravel()
        corner = self.row.astype(np.int64) * geometry.grid + self.col
        return corner[..., None] + inside

    def to_frame(self) -> pd.DataFrame:
        """One row per scene, columns shape_0, shape_1, …, noise_K-1, label, kind, sample_same, display_same."""
        columns = {
            f"{name}_{k}": getattr(self, name)[:, k].astype(dtype)
            for k in range(self.objects)
            for name, dtype in _PER_OBJECT.items()
        }
        columns |= {name: getattr(self, name).astype(dtype) for name, dtype in _PER_SCENE.items()}
        return pd.DataFrame(columns).assign(kind=pd.Series(self.kind, dtype="str"))

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, where: str | Path | None = None) -> Scenes:
        """The inverse of `to_frame`.

        Raises:
            UserError: A column is missing, or holds values that no scene can have.
        """
        count = sum(name.startswith("shape_") for name in frame.columns)
        wanted = [f"{name}_{k}" for k in range(count) for name in _PER_OBJECT] + [*_PER_SCENE, "kind"]
        missing = [name for name in wanted if name not in frame.columns]
        if missing or not count:
            raise _foreign(where, f"column '{missing[0] if count else 'shape_0'}' is missing")
        try:
            per_object = {
                name: frame[[f"{name}_{k}" for k in range(count)]].to_numpy().astype(dtype, casting="same_kind")
                for name, dtype in _PER_OBJECT.items()
            }
            per_scene = {
                name: frame[name].to_numpy().astype(dtype, casting="same_kind") for name, dtype in _PER_SCENE.items()
            }
        except TypeError as error:
            raise _foreign(where, f"a column has the wrong type: {error}") from error
        kind = frame["kind"].to_numpy(dtype=object).astype(str)
        if not set(kind) <= set(KINDS):
            raise _foreign(where, f"kind '{sorted(set(kind) - set(KINDS))[0]}' is none of {', '.join(KINDS)}")
        return cls(**per_object, **per_scene, kind=kind)

    @classmethod
    def load(cls, path: str | Path) -> Scenes:
        """Read a Parquet file with the columns of `to_frame`.

        Raises:
            UserError: There is no such file, or it is corrupt, or it is not a table of scenes.
        """
        try:
            table = pq.read_table(path)
        except FileNotFoundError as error:
            raise UserError("there is no such table of scenes", where=path) from error
        except (pa.ArrowException, OSError) as error:
            raise _foreign(path, str(error).splitlines()[0]) from error
        return cls.from_frame(table.to_pandas(), path)


def _foreign(where: str | Path | None, detail: str) -> UserError:
    problem = f"not a table of scenes, or a damaged one: {detail}"
    return UserError(problem, where=where, remedy="delete it and make it again")

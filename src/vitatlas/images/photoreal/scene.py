"""One photorealistic scene: every number that its image depends on, as one row of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vitatlas.errors import UserError
from vitatlas.images.photoreal.settings import Variant

Color = tuple[float, float, float]
Seed = Annotated[int, Field(ge=0)]


class Row(BaseModel):
    """Base of what a row holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Placed(Row):
    """An object on the table.

    Attributes:
        object: Its name.
        material: The object whose material it has: its own name, or another's.
        x, y: Where it stands, in sizes of an object.
        yaw: Turn about the vertical, in degrees.
        tilt, lean: Tilt in degrees, and the direction that it leans in.
    """

    object: str
    material: str
    x: float
    y: float
    yaw: float
    tilt: float
    lean: float


class Table(Row):
    """The table top. `texture` is a kind that is computed, or a file of the user's folder; `turn` in degrees."""

    texture: str
    first: Color
    second: Color
    seed: Seed
    turn: float
    roughness: float


class Background(Row):
    """The surroundings, which are also the ambient light, `strength` times as bright as their colours."""

    kind: str
    first: Color
    second: Color
    seed: Seed
    turn: float
    strength: float


class Light(Row):
    """A square lamp. Angles in degrees; `distance` from the middle of the table and `side` in sizes of an object: a
    large lamp makes soft shadows, a near one leaves the farther object darker."""

    azimuth: float
    elevation: float
    distance: float
    side: float
    color: Color


class Camera(Row):
    """A camera that looks at `target`, which is in sizes of an object, like `distance`. Angles in degrees."""

    distance: float
    azimuth: float
    elevation: float
    field_of_view: float
    target: Color


class Scene(Row):
    """One image.

    Attributes:
        scene: Its number.
        label: 1 for two same objects (same mesh, same material), 0 for two different ones.
        canvas: Side of the image, in pixels.
        seed: Of the renderer's random light paths.
        meshes, textures: Folders of the user's own files; None for what is built in.
    """

    scene: int
    label: int
    first: Placed
    second: Placed
    table: Table
    background: Background
    light: Light
    camera: Camera
    canvas: int
    samples: int
    bounces: int
    variant: Variant
    seed: Seed
    meshes: str | None
    textures: str | None

    @property
    def objects(self) -> tuple[Placed, Placed]:
        """Both objects, in the order of the masks' numbers 1 and 2."""
        return self.first, self.second

    def row(self) -> dict[str, Any]:
        """Columns of a table; those of a part have its name in front: `camera.distance`."""
        columns: dict[str, Any] = {}
        for name, value in self.model_dump(mode="json").items():
            columns |= (
                {f"{name}.{key}": part for key, part in value.items()} if isinstance(value, dict) else {name: value}
            )
        return columns

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Scene:
        """The scene of a row.

        Raises:
            ValidationError: A column is missing, or of the wrong type.
        """
        values: dict[str, Any] = {}
        for column, value in row.items():
            plain = value.tolist() if isinstance(value, np.ndarray) else value
            name, _, key = column.partition(".")
            if key:
                values.setdefault(name, {})[key] = plain
            else:
                values[name] = None if plain is None or plain is pd.NA or plain != plain else plain
        return cls.model_validate(values)


def as_table(scenes: Sequence[Scene]) -> pd.DataFrame:
    """A table of scenes, one row each."""
    return pd.DataFrame([scene.row() for scene in scenes])


def load(path: Path) -> list[Scene]:
    """Read a table of scenes.

    Raises:
        UserError: It is no table of photorealistic scenes.
    """
    try:
        rows = pd.read_parquet(path).to_dict("records")
        return [Scene.from_row({str(column): value for column, value in row.items()}) for row in rows]
    except (OSError, ValueError, ValidationError) as error:
        raise UserError(
            f"no table of photorealistic scenes: {error}", where=path, remedy="delete it and make it again"
        ) from error

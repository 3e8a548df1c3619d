"""Scenes to images and masks, by Mitsuba 3 (Jakob et al., https://mitsuba-renderer.org).

Everything that Mitsuba is handed follows from the row of a scene. One process computes on one core; the workflow fills
the cores with processes.
"""

from __future__ import annotations

import importlib
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vitatlas.errors import SectionError, UserError
from vitatlas.images.photoreal import staging, textures
from vitatlas.images.photoreal.folders import SECTION, texture_files
from vitatlas.images.photoreal.library import Library
from vitatlas.images.photoreal.meshes import rotation, write_ply
from vitatlas.images.photoreal.objects import Part
from vitatlas.images.photoreal.scene import Placed, Scene
from vitatlas.images.photoreal.tone import developed

BASE = 0.005  # what of an object is lower than this is what it stands on


def engine(variant: str) -> Any:
    """Mitsuba, set to compute as `variant` says, on one core where that is a matter of cores.

    Raises:
        UserError: It is not installed, or cannot compute in this way on this machine.
    """
    try:
        mitsuba = importlib.import_module("mitsuba")
    except (ImportError, NameError) as error:  # a NameError where a library of the system is missing
        raise UserError(
            f"Mitsuba 3 cannot be imported: {error.__context__ or error}",
            remedy="install the locked environment (make environment) and, on Debian, libatomic1",
        ) from error
    try:
        mitsuba.set_variant(variant)
        importlib.import_module("drjit").set_thread_count(1)
    except ImportError as error:
        raise SectionError(
            f"Mitsuba cannot compute as '{variant}' on this machine: {str(error).splitlines()[0]}",
            section=SECTION,
            where="key '{section}.variant'",
            remedy="choose scalar_rgb, which runs anywhere",
        ) from error
    mitsuba.set_log_level(mitsuba.LogLevel.Error)
    return mitsuba


class Studio:
    """Renders scenes of one variant of Mitsuba and one folder of objects. A context: it keeps meshes in a folder.

    Args:
        variant: How Mitsuba computes.
        meshes, table_tops: Folders of the user's own; None for what is built in.

    Raises:
        UserError: Mitsuba is missing, or a folder of meshes or textures.
    """

    def __init__(self, variant: str, meshes: str | None = None, table_tops: str | None = None):
        self.mitsuba = engine(variant)
        self.library = Library(self.mitsuba, meshes)
        self._own_tops = {path.name: path for path in texture_files(table_tops)} if table_tops else {}
        self.table_tops = sorted(self._own_tops) or list(textures.TABLES)
        self._folder = tempfile.TemporaryDirectory(prefix="vitatlas-meshes-")
        self._surface = cache(self._written)

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def image(self, scene: Scene) -> NDArray[np.uint8]:
        """The picture, sRGB, uint8 [canvas, canvas, 3].

        Raises:
            UserError: An object or a texture of the scene is missing.
        """
        mitsuba = self.mitsuba
        content = {"type": "scene", "integrator": {"type": "path", "max_depth": scene.bounces}}
        content |= {"lamp": staging.lamp(mitsuba, scene.light)}
        content |= {"surroundings": staging.surroundings(mitsuba, scene.background)}
        content |= staging.table(mitsuba, scene.table, staging.table_top(scene, self._own_tops))
        for number, placed in enumerate(scene.objects):
            for index, material in enumerate(self.library.materials(placed.object, placed.material)):
                shape = self._shape(placed, index) | {"bsdf": staging.surface(material)}
                content[f"object{number}_{index}"] = shape
        sampler = {"type": "multijitter", "sample_count": scene.samples}
        content["camera"] = staging.camera(mitsuba, scene.camera, scene.canvas, "gaussian", sampler)
        return developed(self._rendered(content, scene.seed)[..., :3])

    def mask(self, scene: Scene, only: int | None = None) -> NDArray[np.uint8]:
        """Which object is in front at the middle of each pixel: 1 the first, 2 the second, 0 none; [canvas, canvas].

        Args:
            only: The number of the one object that is there; None: both.
        """
        content: dict[str, Any] = {"type": "scene", "integrator": {"type": "aov", "aovs": "number:shape_index"}}
        owner = []
        for number, placed in enumerate(scene.objects, start=1):
            if only not in (None, number):
                continue
            for index in range(len(self.library.parts(placed.object))):
                content[f"object{number}_{index}"] = self._shape(placed, index)
                owner.append(number)
        sampler = {"type": "stratified", "sample_count": 1, "jitter": False}
        content["camera"] = staging.camera(self.mitsuba, scene.camera, scene.canvas, "box", sampler)
        found = np.rint(self._rendered(content, 0)[..., -1]).astype(int)
        return np.array([0, *owner], np.uint8)[found]

    def _rendered(self, content: dict[str, Any], seed: int) -> NDArray[np.float32]:
        # Optimising would join surfaces of one material, and their numbers in masks with them.
        scene = self.mitsuba.load_dict(content, parallel=False, optimize=False)
        return np.array(self.mitsuba.render(scene, seed=seed), np.float32)

    def _written(self, name: str, index: int) -> str:
        path = Path(self._folder.name) / f"{self.library.names.index(name)}_{index}.ply"
        write_ply(self.library.parts(name)[index].mesh, path)
        return str(path)

    def _shape(self, placed: Placed, index: int) -> dict[str, Any]:
        place = self.mitsuba.ScalarTransform4f(pose(placed, self.library.parts(placed.object)))
        return {"type": "ply", "filename": self._surface(placed.object, index), "to_world": place}


class Studios:
    """A context that has the studio of any scene: one for scenes of the same variant, meshes and table tops."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str | None, str | None], Studio] = {}

    def __enter__(self) -> Studios:
        return self

    def __exit__(self, *error: object) -> None:
        for studio in self._open.values():
            studio.__exit__(*error)

    def of(self, scene: Scene) -> Studio:
        """The studio that renders this scene; opened when it is first asked for.

        Raises:
            UserError: Mitsuba is missing, or a folder of meshes or textures.
        """
        kind = (scene.variant, scene.meshes, scene.textures)
        if kind not in self._open:
            self._open[kind] = Studio(*kind)
        return self._open[kind]


def pose(placed: Placed, parts: tuple[Part, ...]) -> NDArray[np.float64]:
    """Where an object stands, 4×4. What it stands on is sunk until a tilt lifts none of it off the table."""
    lean = rotation("z", placed.lean)
    turn = lean @ rotation("y", placed.tilt) @ lean.T @ rotation("z", placed.yaw)
    points = np.concatenate([part.mesh.vertices for part in parts])
    base = points[points[:, 2] < BASE] @ turn.T
    place = np.eye(4)
    place[:3, :3] = turn
    place[:3, 3] = placed.x, placed.y, -base[:, 2].max()
    return place

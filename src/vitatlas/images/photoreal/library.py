"""The objects that scenes are made of: those that are built in, or a folder of the user's own."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from vitatlas.errors import UserError
from vitatlas.images.photoreal.folders import mesh_files
from vitatlas.images.photoreal.materials import MATERIALS, Material
from vitatlas.images.photoreal.meshes import Mesh, welded
from vitatlas.images.photoreal.objects import BUILDERS, Part, built_in, placed


class Library:
    """Named objects.

    Args:
        engine: Mitsuba, which reads files of meshes.
        folder: The user's objects; None for the 16 that are built in.

    Raises:
        UserError: The folder is missing, or holds fewer than two meshes.
    """

    def __init__(self, engine: Any, folder: str | None):
        self.engine, self.folder = engine, folder
        self._loaded: dict[str, tuple[Part, ...]] = {}

    @cached_property
    def names(self) -> list[str]:
        """All objects."""
        return list(BUILDERS) if self.folder is None else [path.name for path in self._files]

    @cached_property
    def _files(self) -> list[Path]:
        return mesh_files(self.folder or "")

    def parts(self, name: str) -> tuple[Part, ...]:
        """The surfaces of an object, standing on z = 0 about the z axis.

        Raises:
            UserError: No object has this name; its file cannot be read, or holds a mesh without faces.
        """
        if name not in self.names:
            raise UserError(f"there is no object '{name}'", where=self.folder or "the objects that are built in")
        if self.folder is None:
            return built_in(name)
        if name not in self._loaded:
            number = self.names.index(name)
            mesh = self._read(self._files[number])
            self._loaded[name] = placed([Part(mesh, MATERIALS[number % len(MATERIALS)])])
        return self._loaded[name]

    def materials(self, name: str, of: str) -> list[Material]:
        """The materials of an object's surfaces if its main one, the first, is that of the object `of`.

        Raises:
            UserError: As `parts`.
        """
        return [self.parts(of)[0].material, *(part.material for part in self.parts(name)[1:])]

    def radius(self, name: str) -> float:
        """Of the circle about the z axis that holds the object."""
        return max(float(np.linalg.norm(part.mesh.vertices[:, :2], axis=1).max()) for part in self.parts(name))

    def _read(self, path: Path) -> Mesh:
        remedy = "export it again as triangles, with z up, or take it out of the folder"
        try:
            # Without normals of its own, which Mitsuba would compute and a mesh without faces does not have.
            shape = {"type": path.suffix[1:].lower(), "filename": str(path), "face_normals": True}
            values = self.engine.traverse(self.engine.load_dict(shape))
            vertices = np.array(values["vertex_positions"], np.float64).reshape(-1, 3)
            faces = np.array(values["faces"], np.int64).reshape(-1, 3)
        except RuntimeError as error:
            raise UserError(f"the mesh cannot be read: {_reason(error)}", where=path, remedy=remedy) from error
        mesh = welded(Mesh(vertices, faces))
        if not len(mesh.faces):
            raise UserError("the mesh has no faces", where=path, remedy=remedy)
        if not np.isfinite(mesh.vertices).all():
            raise UserError("the mesh has vertices that are no numbers", where=path, remedy=remedy)
        return mesh


def _reason(error: Exception) -> str:
    """Mitsuba puts in front of it what it was doing."""
    return str(error).strip().splitlines()[-1].rpartition('": ')[2]

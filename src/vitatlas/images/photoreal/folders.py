"""Folders of the user's own meshes and textures. Imports nothing large, so that the workflow can use it."""

from __future__ import annotations

from pathlib import Path

from vitatlas.config.site import expanded
from vitatlas.errors import UserError

MESHES = (".obj", ".ply")
IMAGES = (".png", ".jpg", ".jpeg")


def mesh_files(folder: str) -> list[Path]:
    """The meshes of a folder, by name.

    Raises:
        UserError: There is no such folder, or fewer than two meshes in it.
    """
    return _files(folder, MESHES, "meshes", "photoreal.meshes", 2)


def texture_files(folder: str) -> list[Path]:
    """The textures of a folder, by name.

    Raises:
        UserError: There is no such folder, or no texture in it.
    """
    return _files(folder, IMAGES, "textures", "photoreal.textures", 1)


def _files(folder: str, suffixes: tuple[str, ...], what: str, key: str, fewest: int) -> list[Path]:
    path = expanded(folder)
    if not path.is_dir():
        raise UserError(f"the folder of {what} is missing", where=path, remedy=f"correct the key {key}")
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in suffixes)
    if len(found) < fewest:
        raise UserError(
            f"the folder has {len(found)} {what} ({', '.join(suffixes)}); at least {fewest} are needed",
            where=path,
            remedy=f"put files there, or set the key {key} to null",
        )
    return found

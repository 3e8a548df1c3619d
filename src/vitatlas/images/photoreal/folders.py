"""Folders of the user's own meshes and textures. Imports nothing large, so that the workflow can use it."""

from __future__ import annotations

from pathlib import Path

from vitatlas.config.site import expanded
from vitatlas.errors import SectionError

MESHES = (".obj", ".ply")
IMAGES = (".png", ".jpg", ".jpeg")
SECTION = "photoreal"  # whose keys messages name


def mesh_files(folder: str) -> list[Path]:
    """The meshes of a folder, by name.

    Raises:
        UserError: There is no such folder, or fewer than two meshes in it.
    """
    return _files(folder, MESHES, "meshes", 2)


def texture_files(folder: str) -> list[Path]:
    """The textures of a folder, by name.

    Raises:
        UserError: There is no such folder, or no texture in it.
    """
    return _files(folder, IMAGES, "textures", 1)


def _files(folder: str, suffixes: tuple[str, ...], key: str, fewest: int) -> list[Path]:
    path = expanded(folder)
    if not path.is_dir():
        remedy = f"correct the key {{section}}.{key}"
        raise SectionError(f"the folder of {key} is missing", section=SECTION, where=path, remedy=remedy)
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in suffixes)
    if len(found) < fewest:
        raise SectionError(
            f"the folder has {len(found)} {key} ({', '.join(suffixes)}); at least {fewest} are needed",
            section=SECTION,
            where=path,
            remedy=f"put files there, or set the key {{section}}.{key} to null",
        )
    return found

"""The text space that maps lead into, and the check that texts are of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vitatlas.components.align.files import about_maps
from vitatlas.errors import UserError
from vitatlas.jobs.embedded import read_provenance

KEYS = ("text_model", "text_run")


def space_of(table: Path) -> dict[str, Any]:
    """The CLIP model and run that a table is of: `text_model` and `text_run`; nothing where it does not say so."""
    try:
        about = read_provenance(table)["about"]
    except (UserError, KeyError):
        return {}
    return {key: about[name] for key, name in zip(KEYS, ("model", "run"), strict=True) if name in about}


def require_texts_of(maps: Path, texts: Path) -> None:
    """Check that maps lead into the space that texts are in, as far as both files say.

    Raises:
        UserError: They are of two CLIP models, or runs.
    """
    about, found = about_maps(maps), space_of(texts)
    wanted = {key: about[key] for key in KEYS if key in about}
    if wanted and found and wanted != found:
        first, second = (f"{of['text_model']}, run {of['text_run']}" for of in (wanted, found))
        raise UserError(
            f"the maps lead into the space of {first}, and the texts are of {second}",
            where=f"{maps}, {texts}",
            remedy="align the model again, or embed the texts with the same CLIP model",
        )

"""The file of a user's own models: entries are added at its end, and what stands there is left as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from vitatlas.config.load import OWN_MODELS, own_models
from vitatlas.errors import UserError
from vitatlas.jobs.files import write_text

BEGINNING = "# Models of your own; git ignores this file. Keys: docs/how-to/add-a-model.md\nmodels:\n"


def add_entry(folder: Path, name: str, entry: Mapping[str, Any]) -> None:
    """Add an entry; nothing where the same one is there.

    Raises:
        UserError: There is another one of this name; or the file is laid out so that nothing can be added at its end.
    """
    path, known = folder / OWN_MODELS, own_models(folder)
    if name in known:
        _require_same(path, name, known[name], entry)
        return
    before = path.read_text(encoding="utf-8") if path.exists() else BEGINNING
    lines = yaml.safe_dump({name: dict(entry)}, sort_keys=False, allow_unicode=True).splitlines()
    text = before.rstrip("\n") + "\n" + "".join(f"  {line}\n" for line in lines)
    if _entries(text) != {**known, name: dict(entry)}:
        raise UserError(
            f"the entry of '{name}' cannot be added at the end of this file",
            where=path,
            remedy="indent the entries below `models:` by two blanks, one below the other",
        )
    write_text(path, text)


def _require_same(path: Path, name: str, known: Any, entry: Mapping[str, Any]) -> None:
    if known == entry:
        return
    raise UserError(
        f"there is another model '{name}'",
        where=path,
        remedy=f"to use that one, say MODEL={name}; to add this one, name it: MODEL_NAME=…; or take that one out",
    )


def _entries(text: str) -> Any:
    try:
        return (yaml.safe_load(text) or {}).get("models")
    except yaml.YAMLError:
        return None

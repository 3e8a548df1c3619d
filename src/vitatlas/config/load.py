"""Read and check the configuration; say what is wrong in the user's terms.

The configuration of a run is the tier's file with the user's own values (`--configfile`, `--config`) on top.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vitatlas.config.models import ModelZoo
from vitatlas.config.read import merge, read_yaml, validate
from vitatlas.config.schema import Config
from vitatlas.errors import UserError

DEFAULT_TIER = "demo"
OTHER_FILES = ("models", "site", "site.example")
ANY = "*"
"""Any key, in the old place of keys that have moved."""


def load_config(
    folder: Path, overrides: Mapping[str, Any], schema: type[Config], moved: Mapping[str, str] | None = None
) -> Config:
    """The configuration of the tier that `overrides` names (default: demo), with the overrides merged in.

    Args:
        folder: Where the tiers' files are.
        overrides: Values on top of the file's, nested as in the file.
        schema: With the sections of the papers.
        moved: Where keys of older configurations are now, by where they were.

    Raises:
        UserError: No such tier, no YAML, an unknown or missing key, a wrong value, or a key that has moved.
    """
    tier = str(overrides.get("tier", DEFAULT_TIER))
    path = folder / f"{tier}.yaml"
    if not path.is_file():
        raise UserError(f"unknown tier '{tier}'; there are: {', '.join(tiers(folder))}", where="--config tier=…")
    origin = str(path) if set(overrides) <= {"tier"} else f"{path}, with the values given by --config or --configfile"
    content = merge(read_yaml(path), overrides)
    check_moved(content, moved or {}, origin)
    config = validate(schema, content, origin)
    if config.tier != tier:
        raise UserError(f"key 'tier' says '{config.tier}' in the file of tier '{tier}'", where=path)
    return config


def load_zoo(path: Path, schema: type[ModelZoo], moved: Mapping[str, str] | None = None) -> ModelZoo:
    """The model zoo.

    Args:
        schema: With the annexes of the papers.
        moved: Where keys of older zoos are now, by where they were.

    Raises:
        UserError: No such file, no YAML, an entry that does not fit the schema, or a key that has moved.
    """
    content = read_yaml(path)
    check_moved(content, moved or {}, str(path))
    return validate(schema, content, str(path))


def tiers(folder: Path) -> list[str]:
    """The names of the tiers that have a file."""
    return sorted(path.stem for path in folder.glob("*.yaml") if path.stem not in OTHER_FILES)


def check_moved(content: Mapping[str, Any], moved: Mapping[str, str], origin: str) -> None:
    """Stop where a configuration has keys at their old places.

    Args:
        moved: New place by old place, keys joined by dots; `*` stands for any key.

    Raises:
        UserError: Names every such key, and where it is now.
    """
    found = {old: moved[old] for old in moved if any(True for _ in _at(content, old.split(".")))}
    if found:
        places = "; ".join(f"{old} is now {new}" for old, new in found.items())
        raise UserError(
            f"this configuration is of an older version, whose keys have moved: {places}",
            where=origin,
            remedy="move them there (config/README.md lists every key)",
        )


def _at(content: Any, place: list[str]) -> Iterator[Any]:
    """Whatever lies at a place."""
    if not place:
        yield content
    elif isinstance(content, Mapping):
        for key in content if place[0] == ANY else [place[0]]:
            if key in content:
                yield from _at(content[key], place[1:])

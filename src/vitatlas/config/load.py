"""Read and check the configuration; say what is wrong in the user's terms.

The configuration of a run is the tier's file with the user's own values (`--configfile`, `--config`) on top. The model
zoo is the project's file with the user's own models beside it (`OWN_MODELS`).
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
OWN_MODELS = "models.own.yaml"
"""The user's own entries of the zoo, beside the project's; git ignores the file."""

OTHER_FILES = ("models", Path(OWN_MODELS).stem, "site", "site.example")
NULLS = ("null", "Null", "NULL", "~")
"""The words that YAML reads as no value; no key has one of them as its text."""

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
    content = merge(read_yaml(path), with_nulls(overrides))
    check_moved(content, moved or {}, origin)
    config = validate(schema, content, origin)
    if config.tier != tier:
        raise UserError(f"key 'tier' says '{config.tier}' in the file of tier '{tier}'", where=path)
    return config


def with_nulls(value: Any) -> Any:
    """Values as given on a command line, where Snakemake takes the null inside of others for the text."""
    if isinstance(value, Mapping):
        return {key: with_nulls(part) for key, part in value.items()}
    if isinstance(value, list):
        return [with_nulls(part) for part in value]
    return None if isinstance(value, str) and value in NULLS else value


def load_zoo(
    path: Path, schema: type[ModelZoo], moved: Mapping[str, str] | None = None, *, own: bool = True
) -> ModelZoo:
    """The model zoo.

    Args:
        path: The project's file; the user's own lies beside it, or there is none.
        schema: With the annexes of the papers.
        moved: Where keys of older zoos are now, by where they were.
        own: Whether the user's own models are among the others.

    Raises:
        UserError: No such file, no YAML, an entry that does not fit the schema, or a key that has moved; a model of the
            user's own has the name of one of the project's.
    """
    content = read_yaml(path)
    zoo = _zoo(content, path, schema, moved)
    place, entries = path.with_name(OWN_MODELS), own_zoo(path.parent) if own else {}
    if not any(entries.values()):
        return zoo
    for what, name in _both(content, entries):
        raise UserError(
            f"there are two {what} '{name}'", where=f"{path} and {place}", remedy=f"give yours another name in {place}"
        )
    with_own = _zoo({**merge(content, entries), "models": entries["models"]}, place, schema, moved)
    return with_own.model_copy(update={"models": {**zoo.models, **with_own.models}})


def own_models(folder: Path) -> dict[str, Any]:
    """The user's own entries of the zoo as they stand in their file, by name; none without the file.

    Raises:
        UserError: As `own_zoo`.
    """
    entries: dict[str, Any] = own_zoo(folder)["models"]
    return entries


def own_zoo(folder: Path) -> dict[str, Any]:
    """The user's own part of the zoo as it stands in their file: `models`, and what single papers know of all models.

    Raises:
        UserError: No YAML, or keys without anything below them.
    """
    path = folder / OWN_MODELS
    content = read_yaml(path) if path.exists() else {"models": {}}
    found = {"models": {}, **{key: value or {} for key, value in content.items()}}
    if "models" not in content or not all(isinstance(value, dict) for value in found.values()):
        raise UserError(
            f"the file must hold entries below 'models'; it has: {', '.join(content)}",
            where=path,
            remedy="write `models:`, and below it an entry per model (docs/how-to/add-a-model.md)",
        )
    return found


def _both(content: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names that both files have: of models, and of entries of what a paper knows of all models."""
    yield from (("models", name) for name in own["models"].keys() & content["models"].keys())
    for paper in own.keys() & content.keys() - {"models"}:
        for what, entries in own[paper].items():
            if isinstance(entries, dict) and isinstance(ours := content[paper].get(what), dict):
                yield from ((what, name) for name in entries.keys() & ours.keys())


def _zoo(content: Mapping[str, Any], path: Path, schema: type[ModelZoo], moved: Mapping[str, str] | None) -> ModelZoo:
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

"""Scene tables and counterfactual sets among the files of a job: which is which, they say themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from vitatlas.errors import UserError
from vitatlas.jobs.embedded import read_provenance

SCENES = "table of scenes"
COUNTERFACTUALS = "set of counterfactuals"

_KEYS = {SCENES: ("split",), COUNTERFACTUALS: ("property", "split")}


def read_about(path: str | Path, what: str, **expected: Any) -> dict[str, Any]:
    """The content of a file in its own words: task, setting, split, geometry and, of counterfactuals, property.

    Args:
        path: The file.
        what: `SCENES` or `COUNTERFACTUALS`.
        expected: What it must say.

    Raises:
        UserError: There is no such file, it is damaged or no such table, or it says something else.
    """
    if not Path(path).is_file():
        raise UserError(f"there is no such {what}", where=path)
    try:
        found = read_provenance(path)["about"]
    except (UserError, KeyError) as error:
        problem = f"not a {what}, or a damaged one: it does not say what it holds"
        raise UserError(problem, where=path, remedy="delete it and make it again") from error
    if missing := [key for key in _KEYS[what] if key not in found]:
        raise UserError(f"not a {what}: it names no {missing[0]}", where=path)
    for key, value in expected.items():
        if found.get(key) != value:
            raise UserError(
                f"the {what} is of {key} {found.get(key)}, wanted is {value}",
                where=path,
                remedy="pass what was made for this task, this setting and this model's geometry",
            )
    return dict(found)


def scenes_by_split(paths: Sequence[Path], splits: Iterable[str], **expected: Any) -> dict[str, Path]:
    """The scene tables of `splits`, by split, in that order; others are passed over.

    Args:
        paths: Scene tables.
        splits: Those wanted.
        expected: What all tables must say: task, setting, geometry.

    Raises:
        UserError: A split is missing or there twice; a file is no table of scenes, or one of something else.
    """
    found = _by_name(paths, SCENES, expected)
    return {split: _named(found, (split,), SCENES) for split in splits}


def counterfactuals_by_name(
    paths: Sequence[Path], names: Iterable[tuple[str, str]], **expected: Any
) -> dict[tuple[str, str], Path]:
    """The counterfactual sets of `names`, by property and split; arguments and errors as of `scenes_by_split`."""
    found = _by_name(paths, COUNTERFACTUALS, expected)
    return {name: _named(found, name, COUNTERFACTUALS) for name in names}


def _by_name(paths: Sequence[Path], what: str, expected: Mapping[str, Any]) -> dict[tuple[str, ...], Path]:
    found: dict[tuple[str, ...], Path] = {}
    for path in paths:
        about = read_about(path, what, **expected)
        name = tuple(about[key] for key in _KEYS[what])
        if name in found:
            raise UserError(f"a second {what} of {', '.join(name)}; the first is {found[name]}", where=path)
        found[name] = path
    return found


def _named(found: Mapping[tuple[str, ...], Path], name: tuple[str, ...], what: str) -> Path:
    if name not in found:
        there = "; ".join(", ".join(other) for other in found) or "none"
        option = "scenes" if what == SCENES else "counterfactuals"
        raise UserError(
            f"no {what} of {', '.join(name)}: there are {there}",
            where=f"--input {option}",
            remedy="pass one for each split that the job needs",
        )
    return found[name]

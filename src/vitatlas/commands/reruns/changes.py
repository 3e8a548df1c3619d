"""Differences, in words, between the spec with which a file was made and the one with which it would be made now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from vitatlas.containers.images import IMAGES
from vitatlas.jobs.fingerprint import environment_fingerprint, without_fingerprint

LONGEST_VALUE = 60
MOST_NAMES = 6
NOTHING = "(not there)"


class Cause(NamedTuple):
    """Why a job would run.

    Attributes:
        what: The same words for every job that runs for the same cause.
        detail: What may be another in each of them: values, files; or nothing.
    """

    what: str
    detail: str = ""


def images_by_digest(checkout: Path) -> dict[str, str]:
    """Name of each container image by the digest of its locks in this checkout, as specs name it."""
    return {environment_fingerprint(checkout / "envs", image): image for image in IMAGES}


def changes(before: Mapping[str, Any], now: Mapping[str, Any], images: Mapping[str, str]) -> list[Cause]:
    """One cause per key that differs, and one each for code, environment and files of the project.

    Args:
        before, now: Specs, as far as results depend on them.
        images: As of `images_by_digest`.
    """
    found = _code(before.get("code", {}), now.get("code", {}))
    if before.get("environment") != now.get("environment"):
        image = images.get(str(now.get("environment")))
        locks = f"envs/{image}*.lock.txt" if image else "the locks in envs/"
        found.append(Cause(f"environment: versions in {locks} changed"))
    files = _differing(before.get("files", {}), now.get("files", {}))
    found += [Cause(f"file {name}: what it says changed") for name in files]
    kept = [without_fingerprint(spec) for spec in (before, now)]
    old, new = (_leaves(spec) for spec in kept)
    return found + [Cause(key, f"{_shown(old, key)} → {_shown(new, key)}") for key in _differing(old, new)]


def _code(before: Mapping[str, str], now: Mapping[str, str]) -> list[Cause]:
    edited = [name for name in _differing(before, now) if name in before and name in now]
    told = {
        "changed": edited,
        "used for the first time": sorted(now.keys() - before.keys()),
        "no longer used": sorted(before.keys() - now.keys()),
    }
    return [Cause(f"code: {listed(names)} {what}") for what, names in told.items() if names]


def listed(names: list[str]) -> str:
    """Names in a row; of many, the first few and how many more."""
    rest = len(names) - MOST_NAMES
    return ", ".join(names) if rest <= 0 else f"{', '.join(names[:MOST_NAMES])} and {rest} more"


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    missing = object()
    return [key for key in dict.fromkeys([*before, *now]) if before.get(key, missing) != now.get(key, missing)]


def _leaves(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Values by key, nested ones with dots; a list, or an empty mapping, is one value."""
    found: dict[str, Any] = {}
    for key, part in value.items():
        nested = isinstance(part, Mapping) and part
        found |= _leaves(part, f"{prefix}{key}.") if nested else {f"{prefix}{key}": part}
    return found


def _shown(values: Mapping[str, Any], key: str) -> str:
    if key not in values:
        return NOTHING
    text = json.dumps(values[key], ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"

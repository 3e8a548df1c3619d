"""Numbers of runs by model, as sections of the configuration give them: an entry for all, others for single models."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated

from pydantic import Field

from vitatlas.config.names import DEFAULT

Runs = Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)]


def require_default(name: str, entries: Collection[str]) -> None:
    """Raise a ValueError if the key `name` has no entry for all models."""
    if DEFAULT not in entries:
        raise ValueError(f"{name}: the entry 'default' is missing")


def require_distinct(runs: Mapping[str, Runs]) -> None:
    """Raise a ValueError if the key `runs` names a run of a model twice."""
    for name, numbers in runs.items():
        if len(set(numbers)) != len(numbers):
            raise ValueError(f"runs.{name}: a run is named twice")


def require_exactly(key: str, given: Collection[str], wanted: Collection[str], what: str) -> None:
    """Raise a ValueError unless the key has exactly these entries.

    Args:
        what: The word for one of them, as "split".
    """
    if strange := sorted(set(given) - set(wanted)):
        raise ValueError(f"{key}: '{strange[0]}' is no {what}; there must be: {', '.join(wanted)}")
    if missing := sorted(set(wanted) - set(given)):
        raise ValueError(f"{key}: the {what} '{missing[0]}' is missing; there must be: {', '.join(wanted)}")


def runs_of(runs: Mapping[str, Runs], model: str) -> Runs:
    """The numbers of a model's runs."""
    return runs.get(model, runs[DEFAULT])

"""The user's own settings: what a run says differently from its tier's file, as far as results depend on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vitatlas.jobs import effective

WITHOUT_EFFECT = (("tier",), ("weights", "source"), ("compute", "checkpoint_every_s"), ("gpu_memory_mb",))
"""Keys that say which file, where from or how a job runs, but not what it makes."""


def own_settings(file: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of `given` that are not those of the tier's file, nested as there.

    Args:
        file: The content of the tier's file.
        given: The values of `--config` and `--configfile`.
    """
    return _different(file, effective(given, WITHOUT_EFFECT))


def _different(file: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for key, value in given.items():
        old = file.get(key)
        own = _different(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
        if own != old and own != {}:
            found[key] = own
    return found

"""The user's own settings: what a run says differently from its tier's file, as far as results depend on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vitatlas.config.schema import Config
from vitatlas.jobs.spec import effective

WITHOUT_EFFECT = (("weights", "source"), ("compute", "checkpoint_every_s"), ("gpu_memory_mb",))
"""Keys that say where from or how a job runs, but not what it makes."""


def overrides(file: Config, config: Config) -> dict[str, Any]:
    """The values of `config` that are not those of the tier's file, nested as there.

    Args:
        file: The configuration without values given by `--config` and `--configfile`.
        config: With them.
    """
    before, after = (effective(values.model_dump(mode="json"), WITHOUT_EFFECT) for values in (file, config))
    return _different(before, after)


def _different(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for key, value in after.items():
        old = before.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            value = _different(old, value)
        if value not in (old, {}):
            found[key] = value
    return found

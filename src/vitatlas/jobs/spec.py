"""The spec of a job, as plain values: which of its keys results depend on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

FINGERPRINT_KEYS = ("code", "environment", "files")

WITHOUT_EFFECT = (("compute", "checkpoint_every_s"), ("compute", "gpu_memory_mb"), ("source",))
"""Keys of specs that say how a job runs, but not what it makes: a change of them must rerun nothing."""


def effective(raw_spec: Mapping[str, Any], without: Sequence[Sequence[str]] = WITHOUT_EFFECT) -> dict[str, Any]:
    """The part of a spec, as received, that the result depends on: all but the keys (paths of names) in `without`."""
    kept = {}
    for key, value in raw_spec.items():
        below = [path[1:] for path in without if path[0] == key]
        if [] not in map(list, below):
            kept[key] = effective(value, below) if below and isinstance(value, Mapping) else value
    return kept

"""Ranges that numbers of the configuration have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

LARGEST = 10**9
"""No amount in a configuration is larger: more is a slip of the keyboard, and would fill memory or never end."""

Positive = Annotated[int, Field(gt=0)]
Count = Annotated[int, Field(gt=0, le=10**7)]
"""How many scenes or pictures: things that are made one by one and kept."""

Pixels = Annotated[int, Field(gt=0, le=10_000)]
Decay = Annotated[float, Field(ge=0, lt=1)]
"""A decay rate of a running mean."""


def too_large(value: Any, place: str = "") -> Iterator[tuple[str, int]]:
    """Every amount above the largest, by its key."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from too_large(item, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from too_large(item, place)
    elif isinstance(value, int) and value > LARGEST:
        yield place, value

"""A configuration that notes which of its sections are read."""

from __future__ import annotations

from types import MethodType
from typing import Any

from vitatlas.config.schema import PaperSection
from vitatlas.config.strict import Strict


class Watched:
    """A section, or the whole, of a configuration; methods and properties of the original work on it as on that.

    Args:
        values: The original.
        read: Where names of sections go when they are read: `compute`, `relations.das`.
        place: What stands before the names.
    """

    def __init__(self, values: Strict, read: set[str], place: str = ""):
        self._values, self._read, self._place = values, read, place

    def __getattr__(self, name: str) -> Any:
        kind = type(self._values)
        if name in kind.model_fields:
            value = getattr(self._values, name)
            if isinstance(value, PaperSection):
                return Watched(value, self._read, f"{name}.")
            self._read.add(f"{self._place}{name}")
            return value
        found = getattr(kind, name)
        if isinstance(found, property):
            return found.__get__(self)
        return MethodType(found, self)

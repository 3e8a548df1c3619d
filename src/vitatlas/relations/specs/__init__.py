"""The builders of this paper's specs, one per rule, by theme. Imports no torch."""

from __future__ import annotations

from vitatlas.paper.specs import Builder
from vitatlas.relations.specs import analyses, photoreal, scenes, training, trust

_THEMES = (scenes, training, analyses, photoreal, trust)
BUILDERS: tuple[Builder, ...] = tuple(
    value for theme in _THEMES for value in vars(theme).values() if isinstance(value, Builder)
)

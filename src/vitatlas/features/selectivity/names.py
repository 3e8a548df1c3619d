"""The names in the tables of selectivity. Imports no torch."""

from __future__ import annotations

ALL_LAYERS = -1
"""In the place of a layer: a number of the whole network."""

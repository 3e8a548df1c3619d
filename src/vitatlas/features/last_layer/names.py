"""The names in the tables of the last layer. Imports no torch."""

from __future__ import annotations

NATURAL, ISOLATING, CLS_ONLY = "natural", "isolating_cls", "cls_only"
PATCH, ON_PATCHES, ON_ALL = "patch", "head_on_patches", "head_on_all"
AVERAGE, MAXIMUM = "patch_average", "patch_maximum"
ALL, OBJECT, OTHER = "all", "object", "other"
"""Which patches are counted: every one, those that the object covers by half or more, the others."""

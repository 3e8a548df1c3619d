"""The attributes of a scene and their values, and which categories live where."""

from __future__ import annotations

from types import MappingProxyType

ANIMALS = ("bird", "swan", "fish", "cat", "rabbit", "butterfly", "elephant", "turtle")
THINGS = ("car", "house", "boat", "mug", "umbrella", "mushroom", "plane", "star")
CATEGORIES = ANIMALS + THINGS
KINDS = ("animal", "thing")
"""The words above categories."""

WATERBIRDS = ("finch", "duck")
"""Classes that only `vitatlas.images.world.waterbirds` draws: no encoder is trained on them."""

COLORS = ("red", "orange", "yellow", "green", "blue", "purple", "white", "pink")
PATTERNS = ("plain", "striped", "spotted", "checkered")
LOCATIONS = ("sky", "sea", "pond", "meadow", "forest", "desert", "city", "night")
COUNTS = ("one", "many")
SIZES = ("small", "large")
ROWS = ("top", "middle", "bottom")
COLUMNS = ("left", "center", "right")

OF_ONE = MappingProxyType({"size": "small", "row": "middle", "column": "center"})
"""Attributes that three objects do not have, with what stands in their place."""

VALUES = MappingProxyType(
    {
        "category": CATEGORIES,
        "color": COLORS,
        "pattern": PATTERNS,
        "location": LOCATIONS,
        "count": COUNTS,
        "size": SIZES,
        "row": ROWS,
        "column": COLUMNS,
    }
)
"""The values of each attribute that the scenes of encoders have."""

HABITATS = MappingProxyType(
    {
        "bird": ("sky", "forest"),
        "swan": ("sea", "pond"),
        "fish": ("sea", "pond"),
        "cat": ("city", "night"),
        "rabbit": ("meadow", "forest"),
        "butterfly": ("sky", "meadow"),
        "elephant": ("meadow", "desert"),
        "turtle": ("sea", "pond"),
        "car": ("desert", "city"),
        "house": ("meadow", "city"),
        "boat": ("sea", "pond"),
        "mug": ("forest", "desert"),
        "umbrella": ("desert", "city"),
        "mushroom": ("forest", "night"),
        "plane": ("sky", "night"),
        "star": ("sky", "night"),
    }
)
"""Two locations of each category. Each location is the habitat of four, so that all are equally frequent."""

INDEPENDENT = 2 / len(LOCATIONS)
"""The affinity at which the location tells nothing about the category."""

SPLITS = ("train", "validation", "test", "probe", "alignment")
"""Sets of scenes. Each has background pictures of its own."""

BACKGROUNDS = 32
"""Background pictures of each location in each split."""


def kind(category: str) -> str:
    """The word above a category, of `KINDS`."""
    return KINDS[0] if category in ANIMALS + WATERBIRDS else KINDS[1]

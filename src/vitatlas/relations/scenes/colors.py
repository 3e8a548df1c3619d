"""The 20 colours of the objects (Lepori et al., appendix A): ids 0-15 are trained on, 16-19 are out of distribution."""

from __future__ import annotations

import numpy as np

_PALETTE = {
    "pink": (233, 30, 99),
    "purple": (156, 39, 176),
    "deep purple": (103, 58, 183),
    "indigo": (63, 81, 181),
    "light blue": (3, 169, 244),
    "cyan": (0, 188, 212),
    "teal": (0, 150, 136),
    "green": (76, 175, 80),
    "light green": (139, 195, 74),
    "lime": (205, 220, 57),
    "yellow": (255, 235, 59),
    "orange": (255, 152, 0),
    "deep orange": (255, 87, 34),
    "brown": (121, 85, 72),
    "grey": (158, 158, 158),
    "blue grey": (120, 144, 156),
    "olive": (103, 110, 0),
    "orchid": (255, 155, 238),
    "maroon": (145, 0, 0),
    "lavender": (194, 188, 255),
}

IID_COLORS = 16
"""Colours with a smaller id are trained on; the others are out of distribution."""

COLOR_NAMES: tuple[str, ...] = tuple(_PALETTE)
"""The names, by colour id. The first 16 are the "500" shades of Material Design."""

COLORS: np.ndarray = np.array(list(_PALETTE.values()), dtype=np.uint8)
"""RGB values, uint8 [20, 3], by colour id."""
COLORS.setflags(write=False)

"""The colors of figures by name, so that families name what a color is for and a style decides what it looks like.

The names are entered into matplotlib's own list of colors, where artists look them up when they are drawn: `page` and
`ink`; `grey-00` (ink) to `grey-99` (nearly page) between the two; hues of series; and shades of shape and of color,
from the one that stands out most to the faintest. Two color maps go with them: `heads`, from local to global, and
`attention`, from none to all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import matplotlib
import numpy as np
from matplotlib.colors import Colormap, LinearSegmentedColormap, get_named_colors_mapping, to_rgb

FADED = "heads-faded"
FADE = 0.6  # how far the background of charts is faded towards the page: what is drawn on it must stay readable

_HUES = {
    # The paper's: attention inside an object, and attention that leaves it.
    "local": "#5167FF",
    "global": "#FF002B",
    # Okabe and Ito's, which readers who see few colors can tell apart, and darker ones where lines are thin.
    "blue-hue": "#0072b2",
    "green-hue": "#009e73",
    "yellow-hue": "#F0E442",
    "orange-hue": "#d55e00",
    "rust-hue": "#c04b00",
    "plum-hue": "#a8577f",
    "pine-hue": "#00684e",
    "violet-hue": "#5b2a86",
}
_SHADES = {
    "shape": ("#08306b", "#2171b5", "#7fb8dd", "#dceaf6"),
    "color": ("#7f2704", "#d94801", "#fdae6b", "#fee8d3"),
}


@dataclass(frozen=True)
class Palette:
    """Colors as hexadecimal numbers or names that matplotlib knows.

    Attributes:
        hues: By name; those that are not in it are the default's.
        shades: Four of each property.
        heads, attention: A color map of matplotlib's, or the colors that it runs through.
    """

    page: str = "white"
    ink: str = "black"
    hues: Mapping[str, str] = field(default_factory=dict)
    shades: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _SHADES)
    heads: str | tuple[str, ...] = "coolwarm"
    attention: str | tuple[str, ...] = "YlOrRd"

    def colors(self) -> dict[str, tuple[float, ...]]:
        """All colors by name, as RGB in [0, 1]."""
        page, ink = np.array(to_rgb(self.page)), np.array(to_rgb(self.ink))
        greys = {f"grey-{share:02}": tuple(ink + (page - ink) * (share / 100)) for share in range(100)}
        shades = {f"{name}-{place}": shade for name, row in self.shades.items() for place, shade in enumerate(row)}
        named = {"page": self.page, "ink": self.ink, **_HUES, **self.hues, **shades}
        return greys | {name: to_rgb(color) for name, color in named.items()}

    def maps(self) -> dict[str, Colormap]:
        """The color maps by name."""
        heads, attention = _map(self.heads), _map(self.attention)
        page = np.array(to_rgb(self.page))
        faded = page + (1 - FADE) * (heads(np.linspace(0, 1, 64))[:, :3] - page)
        return {"heads": heads, "attention": attention, FADED: LinearSegmentedColormap.from_list(FADED, faded)}

    def use(self) -> None:
        """Let the names mean these colors from now on."""
        named: dict[str, Any] = get_named_colors_mapping()
        for name, color in self.colors().items():
            named[name] = color  # one by one, so that matplotlib forgets what the name meant before
        for name, colormap in self.maps().items():
            matplotlib.colormaps.unregister(name)
            matplotlib.colormaps.register(colormap, name=name)


def _map(colors: str | tuple[str, ...]) -> Colormap:
    if isinstance(colors, str):
        return matplotlib.colormaps[colors]
    return LinearSegmentedColormap.from_list("map", colors)


DEFAULT = Palette()

DARK = Palette(
    page="#15181d",
    ink="#f4f4f4",
    hues={
        "local": "#8c9dff",
        "global": "#ff6478",
        "blue-hue": "#56b4e9",
        "green-hue": "#2fc99a",
        "orange-hue": "#ff9142",
        "rust-hue": "#ff8a4a",
        "plum-hue": "#e59ac0",
        "pine-hue": "#3fb98a",
        "violet-hue": "#c98bff",
    },
    shades={
        "shape": ("#dcecfb", "#6cb4ee", "#2f78b7", "#1b4367"),
        "color": ("#ffe3c9", "#ff9a4d", "#bf560f", "#6b2e07"),
    },
    heads=("#7f9bff", "#3d4f94", "#23272f", "#94383f", "#ff6f6f"),
)

# Blue and orange in heat-maps, and the hues nearest to the default's that were found to stay apart under deuteranopia,
# protanopia and tritanopia; a test measures it.
COLOR_BLIND = Palette(
    hues={
        "local": "#0072b2",
        "global": "#d55e00",
        "blue-hue": "#2a45df",
        "green-hue": "#16c593",
        "orange-hue": "#e55209",
        "rust-hue": "#ec7716",
        "plum-hue": "#7f498d",
        "pine-hue": "#006b23",
        "violet-hue": "#82086b",
    },
    heads=("#0072b2", "#9cc6de", "#f7f7f7", "#f0b98f", "#d55e00"),
)

"""The looks of attention inside an object and of attention that leaves it, in all figures of heads."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable

# Names of the palette.
LOCAL, GLOBAL = "local", "global"
HEATMAP = "heads"


def local_global_bar(axes: Axes, mappable: ScalarMappable) -> None:
    """The color bar of heat-maps of how global heads are, at the left of `axes`, which are otherwise empty."""
    inset = axes.inset_axes((0.0, 0.08, 0.07, 0.84))
    bar = axes.figure.colorbar(mappable, cax=inset)
    bar.set_ticks([0, 0.5, 1], labels=["0  local: stays\n    in the object", "0.5", "1  global"])
    bar.outline.set_linewidth(0.4)
    inset.tick_params(length=2, width=0.5)

"""The options of families of figures and tables, by theme. Imports no torch."""

from __future__ import annotations

from vitatlas.config.strict import Strict
from vitatlas.features.options import classified, gallery, maps, places, units

OPTIONS: dict[str, type[Strict]] = {
    **classified.OPTIONS,
    **maps.OPTIONS,
    **gallery.OPTIONS,
    **places.OPTIONS,
    **units.OPTIONS,
}
"""By family; families that are not named have none."""

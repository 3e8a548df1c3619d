"""From this paper's analysis tables to readings, one number of one run each, theme by theme.

Errors are standard errors: over units, pictures or visualised features, as each function says.
"""

from __future__ import annotations

from vitatlas.features.reading import classified, maps, places, units
from vitatlas.verdicts.collect import Readers

READERS: Readers = {**classified.READERS, **maps.READERS, **places.READERS, **units.READERS}
"""By kind of analysis table."""

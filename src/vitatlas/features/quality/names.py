"""The names in the tables of quality. Imports no torch."""

from __future__ import annotations

SETTING = ["set", "preset", "parametrisation", "weight", "weight_units"]
"""How a picture was made: pictures are compared with pictures that were made alike."""
LAYER = ["model", "run", "site", "layer", *SETTING]
FEATURE = [*LAYER, "unit"]
ALL_LAYERS = -1
"""In the place of a layer, in rows about several."""

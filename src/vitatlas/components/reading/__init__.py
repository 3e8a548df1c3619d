"""From this paper's analysis tables to readings, one number of one run each, theme by theme.

Errors are standard errors; of rank correlations over components, of means over features, of shares over pictures, as
each function says. What a representation does not hold is no number: no claim about it can be judged.
"""

from __future__ import annotations

from vitatlas.components.reading.texts import agreement, alignment, controls
from vitatlas.components.reading.uses import ablation, by_picture, by_text, heatmaps, removal, segmentation
from vitatlas.verdicts.collect import Readers

READERS: Readers = {
    "ablation": (ablation,),
    "by_picture": (by_picture,),
    "by_text": (by_text,),
    "heatmaps": (heatmaps,),
    "labels": (alignment,),
    "removal": (removal,),
    "scores": (agreement, controls),
    "segmentation": (segmentation,),
}
"""By kind of analysis table."""

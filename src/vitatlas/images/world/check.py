"""Whether a table of scenes can be drawn."""

from __future__ import annotations

import pandas as pd

from vitatlas.errors import UserError
from vitatlas.images.world.attributes import BACKGROUNDS, OF_ONE, SPLITS, VALUES, WATERBIRDS
from vitatlas.images.world.scenes import BRIGHTNESS, SCALES, SHIFT, TILTS, WARMTH

REMEDY = "draw the scenes anew, or change them with vitatlas.images.world.counterfactuals.change"
_ALLOWED = {
    **VALUES,
    "category": VALUES["category"] + WATERBIRDS,
    "split": SPLITS,
    "tilt": TILTS,
    "scale": SCALES,
}
_RANGES = {
    "background": (0, BACKGROUNDS - 1),
    "shift_y": (-SHIFT, SHIFT),
    "shift_x": (-SHIFT, SHIFT),
    "brightness": (-BRIGHTNESS, BRIGHTNESS),
    "warmth": (-WARMTH, WARMTH),
    "noise": (0, 2**31 - 1),
}


def check(scenes: pd.DataFrame, where: str | None = None) -> None:
    """See that a table has all columns and only values that can be drawn.

    Raises:
        UserError: It has not, or it has no row.
    """
    missing = [name for name in [*_ALLOWED, *_RANGES] if name not in scenes]
    if missing:
        raise UserError(f"a table of scenes lacks {', '.join(missing)}", where=where, remedy=REMEDY)
    if scenes.empty:
        raise UserError("a table of scenes is empty", where=where, remedy=REMEDY)
    for name, allowed in _ALLOWED.items():
        wrong = set(scenes[name].unique().tolist()) - set(allowed)
        if wrong:
            words = ", ".join(sorted(map(repr, wrong)))
            raise UserError(f"scenes cannot have the {name} {words}", where=where, remedy=REMEDY)
    for name, (low, high) in _RANGES.items():
        if not scenes[name].between(low, high).all():
            raise UserError(f"scenes have a {name} outside {low}…{high}", where=where, remedy=REMEDY)
    many = scenes[scenes["count"] == "many"]
    if not all((many[name] == word).all() for name, word in OF_ONE.items()):
        raise UserError("scenes of three objects have a size or place", where=where, remedy=REMEDY)

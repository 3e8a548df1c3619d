"""Counterfactual scenes: one attribute is another, all else is the same."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import pandas as pd

from vitatlas.errors import UserError
from vitatlas.images.world.attributes import OF_ONE, VALUES, WATERBIRDS


def change(scenes: pd.DataFrame, attribute: str, value: str | Sequence[str]) -> pd.DataFrame:
    """The same scenes with another value of one attribute.

    Another location takes the picture of the same number among those of that location in the same split. Three
    objects in place of one are small and lie in the middle (`OF_ONE`): nothing else ever changes two columns.

    Args:
        scenes: A table of scenes.
        attribute: Of `VALUES`.
        value: A value for all scenes, or one for each.

    Raises:
        UserError: There is no such attribute or value, or a size or place is asked for where there are three objects.
    """
    _check(scenes, attribute, value)
    changed = scenes.copy()
    changed[attribute] = np.array(value) if not isinstance(value, str) else value
    if attribute == "count":
        many = changed["count"] == "many"
        for name, word in OF_ONE.items():
            changed[name] = changed[name].where(~many, word)
    return changed


def counterparts(scenes: pd.DataFrame, attribute: str, seed: int) -> pd.DataFrame:
    """The same scenes with another value of one attribute, drawn at random among the values that each has not.

    Raises:
        UserError: As `change`; or a scene shows a class that encoders are not trained on.
    """
    _check(scenes, attribute, ())
    values = np.array(VALUES[attribute])
    now = pd.Index(values).get_indexer(scenes[attribute])
    if (now < 0).any():
        raise UserError(
            f"{attribute} {scenes[attribute].iloc[int(np.argmin(now))]!r} has no counterparts",
            remedy="take scenes of the picture world's own categories",
        )
    generator = np.random.default_rng([seed, crc32(attribute.encode())])
    step = generator.integers(1, len(values), len(scenes))
    return change(scenes, attribute, values[(now + step) % len(values)].tolist())


def _check(scenes: pd.DataFrame, attribute: str, value: str | Sequence[str]) -> None:
    if attribute not in VALUES:
        raise UserError(f"scenes have no attribute {attribute!r}", remedy=f"take one of {', '.join(VALUES)}")
    allowed = VALUES[attribute] + (WATERBIRDS if attribute == "category" else ())
    wrong = set([value] if isinstance(value, str) else value) - set(allowed)
    if wrong:
        raise UserError(
            f"{attribute} cannot be {', '.join(map(repr, sorted(wrong)))}", remedy=f"take one of {', '.join(allowed)}"
        )
    if attribute in OF_ONE and (scenes["count"] == "many").any():
        raise UserError(f"three objects have no {attribute} of their own", remedy="take the scenes whose count is one")

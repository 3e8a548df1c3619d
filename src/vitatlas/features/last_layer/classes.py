"""The classes of pictures, by number, and what is right without seeing them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from torch import Tensor

from vitatlas.encoders.seen.classes import class_numbers
from vitatlas.errors import UserError

WHERE = "key `features.pictures.classified`"


def classes_of(pictures: pd.DataFrame, attribute: str, values: Sequence[str], count: int) -> Tensor:
    """The number of each picture's class, int64 [N].

    Args:
        pictures: One row per picture: scenes of the picture world, or of an index with labels.
        attribute: What scenes are classified by.
        values: Its values, in the order of the head's outputs.
        count: How many classes the head has.

    Raises:
        UserError: Nothing is known of classes; or a picture is of none that the head has.
    """
    found = class_numbers(pictures, attribute, values)
    if found is None:
        raise UserError(
            "nothing is known of the classes of these pictures",
            where=WHERE,
            remedy="take scenes of the picture world, or a data set with classes",
        )
    strange = ((found < 0) | (found >= count)).nonzero()
    if len(strange):
        position = int(strange[0])
        number = int(found[position])
        what = "none of the classes" if number < 0 else f"class {number}, and the head has classes 0 to {count - 1}"
        raise UserError(
            f"the picture '{pictures['picture'].iloc[position]}' is of {what}",
            where=WHERE,
            remedy="take pictures of the classes that the head was made for",
        )
    return found


def chance(classes: Tensor, guesses: int) -> float:
    """The share of pictures that are of the `guesses` commonest classes: what one answer for all of them can reach.

    Args:
        classes: int64 [N].
        guesses: How many classes are named.
    """
    counts = classes.bincount().sort(descending=True).values
    return int(counts[:guesses].sum()) / len(classes)

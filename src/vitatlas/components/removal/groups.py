"""Groups of pictures by class and background, and accuracy in each, the worst and on average.

The average is that of the four groups, each counting as one, so that it does not depend on how many pictures a group
has (Sagawa et al. 2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from vitatlas.errors import UserError

GROUP, CLASS_ON = "group", " on "
"""The column that names a picture's group, and what stands in the name between class and background."""

WORST, AVERAGE = "worst", "average"


@dataclass(frozen=True)
class Groups:
    """The groups of some pictures.

    Attributes:
        names: Of the groups: each class on each background.
        of_pictures: The number of each picture's group, int64 [N].
    """

    names: list[str]
    of_pictures: np.ndarray

    def accuracies(self, right: np.ndarray) -> pd.DataFrame:
        """Shares of right answers: group (one of `names`, `worst`, `average`), value, n.

        Args:
            right: Of each picture whether its class was found, bool [N].
        """
        counts = np.bincount(self.of_pictures, minlength=len(self.names))
        shares = np.bincount(self.of_pictures, weights=right, minlength=len(self.names)) / counts
        worst = int(shares.argmin())
        names = [*self.names, WORST, AVERAGE]
        values, numbers = [*shares, shares[worst], shares.mean()], [*counts, counts[worst], counts.sum()]
        return pd.DataFrame({"group": names, "value": values, "n": numbers})


def groups_of(pictures: pd.DataFrame, where: str) -> Groups:
    """The groups of pictures.

    Args:
        pictures: With a column `group`: "finch on land".
        where: What the pictures are, for messages.

    Raises:
        UserError: The pictures are in no groups; there is no picture of a class on a background that others have.
    """
    known = _split(pictures, where)
    names = [CLASS_ON.join(pair) for pair in product(*(sorted(known[column].unique()) for column in known))]
    for name in names:
        if name not in set(pictures[GROUP]):
            raise UserError(
                f"there is no picture of the group '{name}'",
                where=where,
                remedy="take more pictures, or a `correlation` below 1",
            )
    return Groups(names, pd.Index(names).get_indexer(pd.Index(pictures[GROUP])))


def classes_of(pictures: pd.DataFrame, where: str) -> pd.Series:
    """The name of each picture's class.

    Args:
        pictures, where: As of `groups_of`.

    Raises:
        UserError: The pictures are in no groups.
    """
    return _split(pictures, where)[0]


def _split(pictures: pd.DataFrame, where: str) -> pd.DataFrame:
    """Class and background of each picture."""
    if GROUP not in pictures:
        raise UserError(
            "these pictures are in no groups of class and background",
            where=where,
            remedy="take scenes of `birds`, or the data set waterbirds",
        )
    return pictures[GROUP].str.split(CLASS_ON, expand=True)

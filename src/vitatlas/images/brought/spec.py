"""The spec of the job that makes the index of a data set. Imports no torch."""

from __future__ import annotations

from vitatlas.config.strict import Strict
from vitatlas.images.brought.data_set import DataSet


class PrepareSpec(Strict):
    """One data set of the configuration. Output `index`.

    Attributes:
        name: What the configuration calls it.
        data_set: Its entry.
    """

    name: str
    data_set: DataSet

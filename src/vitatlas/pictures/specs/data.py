"""The builder of the spec of the rule that reads a data set of the user's."""

from __future__ import annotations

from typing import Any

from vitatlas.config.read import require_known
from vitatlas.images.brought.spec import PrepareSpec
from vitatlas.paper.specs import builder
from vitatlas.pictures.settings import PicturesSettings


@builder()
def prepare(of: PicturesSettings, wildcards: Any) -> PrepareSpec:
    """The spec of rule `prepare`.

    Raises:
        UserError: The configuration has no such data set.
    """
    data = of.config.data
    require_known(wildcards.data, data, "data set", "key 'data'")
    return PrepareSpec(name=wildcards.data, data_set=data[wildcards.data])

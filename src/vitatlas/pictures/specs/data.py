"""Builders of the specs of the rules that read the data sets of users."""

from __future__ import annotations

from typing import Any

from vitatlas.config.read import require_known
from vitatlas.encoders.spec import ReadPicturesSpec
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


@builder(gpu=True)
def read_pictures(of: PicturesSettings, wildcards: Any) -> ReadPicturesSpec:
    """The spec of rule `read_pictures`.

    Raises:
        UserError: The configuration has no such reading.
    """
    reading = of.reading(wildcards.reading)
    return ReadPicturesSpec(
        data=reading.data,
        name=reading.model,
        run=reading.run,
        model=of.zoo.encoder(reading.model),
        sites=reading.sites,
        batch=reading.batch,
        weights_seed=of.seed("read_pictures", reading.model, f"run{reading.run}"),
        compute=of.config.compute_of("read_pictures"),
    )

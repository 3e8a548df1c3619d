"""Builders of the specs of rules that map units, and that turn and shift pictures."""

from __future__ import annotations

from typing import Any

from vitatlas.features.maps.spec import MapsSpec, UnitsOfLayer
from vitatlas.features.moved.spec import MovedSpec
from vitatlas.features.settings import FeaturesSettings
from vitatlas.features.specs.scores import SCORED
from vitatlas.paper.specs import builder


@builder(gpu=True)
def unit_maps(of: FeaturesSettings, wildcards: Any) -> MapsSpec:
    """The spec of rule `unit_maps`."""
    settings = of.own.maps
    return MapsSpec(
        encoder=of.encoder(wildcards),
        pictures=of.pictures(of.part(SCORED), settings.batch),
        shown=_shown(of, wildcards.model),
        units=settings.units,
        kept=settings.kept,
        top=settings.top,
        by=settings.by,
        random=settings.random,
        shifts=settings.shifts,
        of_object=settings.of_object,
        of_place=settings.of_place,
        seed=of.seed("maps", wildcards.model, f"run{wildcards.run}"),
        compute=of.config.compute_of("unit_maps"),
    )


@builder(gpu=True)
def moved(of: FeaturesSettings, wildcards: Any) -> MovedSpec:
    """The spec of rule `moved`."""
    return MovedSpec(
        encoder=of.encoder(wildcards),
        pictures=of.pictures(of.part(SCORED), of.own.moved.batch),
        units=of.own.moved.units,
        step=of.own.moved.step_of(wildcards.model),
        before=of.own.protocol.rotation_before,
        seed=of.seed("moved", wildcards.model, f"run{wildcards.run}"),
        compute=of.config.compute_of("moved"),
    )


def _shown(of: FeaturesSettings, model: str) -> list[UnitsOfLayer]:
    """The units of galleries, and those that the section names."""
    units: dict[int, set[int]] = {}
    for one in of.sets_of("gallery", model).values():
        for group in one.features:
            units.setdefault(group.layer, set()).update(group.units)
    for named in of.own.maps.shown_of(model):
        units.setdefault(named.layer, set()).update(named.units)
    return [UnitsOfLayer(layer=layer, units=sorted(units[layer])) for layer in sorted(units)]

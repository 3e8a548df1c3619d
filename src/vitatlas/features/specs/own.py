"""Builders of the specs of rules for a user's own model and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import vitatlas
from vitatlas.encoders.seen.own import PART, OwnUse
from vitatlas.features.config.own import Own
from vitatlas.features.config.top import SiteOfLayer
from vitatlas.features.config.visualise import VisualiseSettings
from vitatlas.features.own.page_spec import TEMPLATES, OwnPageSpec
from vitatlas.features.own.spec import OwnMapsSpec, OwnVisualiseSpec, Shown
from vitatlas.features.settings import FeaturesSettings
from vitatlas.features.top.spec import UnitScoresSpec
from vitatlas.jobs.files import sha256
from vitatlas.paper.specs import Built, builder

ROOT = Path(vitatlas.__file__).parents[2]


@builder(gpu=True)
def own_scores(of: FeaturesSettings, wildcards: Any) -> UnitScoresSpec:
    """The spec of rule `own_scores`."""
    use = OwnUse(of, wildcards.own)
    return UnitScoresSpec(
        encoder=use.encoder,
        pictures=of.pictures({PART: use.source}, of.own.scores.batch),
        sites=[SiteOfLayer()],
        kept=use.entry.top,
        compute=of.config.compute_of("own_scores"),
    )


@builder(gpu=True)
def own_visualise(of: FeaturesSettings, wildcards: Any) -> OwnVisualiseSpec:
    """The spec of rule `own_visualise`."""
    use = OwnUse(of, wildcards.own)
    entry, encoder = use.entry, use.encoder
    return OwnVisualiseSpec(
        encoder=encoder,
        shown=_shown(entry),
        weight=entry.weight_at(encoder.model.encoder.image),
        settings=VisualiseSettings(steps=entry.steps, copies=entry.copies),
        together=of.own.together,
        seed=of.seed("own_visualise"),
        compute=of.config.compute_of("own_visualise"),
    )


@builder(gpu=True)
def own_maps(of: FeaturesSettings, wildcards: Any) -> OwnMapsSpec:
    """The spec of rule `own_maps`."""
    use = OwnUse(of, wildcards.own)
    return OwnMapsSpec(
        encoder=use.encoder,
        pictures=of.pictures({PART: use.source}, of.own.maps.batch),
        shown=_shown(use.entry),
        top=use.entry.top,
        seed=of.seed("own_maps"),
        compute=of.config.compute_of("own_maps"),
    )


@builder(image="figures")
def own_features(of: FeaturesSettings, wildcards: Any) -> Built:
    """The spec of rule `own_features`: its templates count by what they say, not by their age."""
    use = OwnUse(of, wildcards.own)
    model = of.zoo.models[use.entry.model]
    spec = OwnPageSpec(
        name=use.name,
        title=model.title,
        architecture=model.timm,
        untrained=model.origin == "none",
        data=use.entry.data,
    )
    return Built(spec, files={name: sha256(ROOT / name) for name in TEMPLATES})


def _shown(entry: Own) -> Shown:
    return Shown(layers=entry.layers, units=entry.units, besides=entry.shown)

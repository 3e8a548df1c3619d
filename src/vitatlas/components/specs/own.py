"""Builders of the specs of rules for a user's own model, pictures and words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import vitatlas
from vitatlas.components.own.page_spec import TEMPLATES, OwnPageSpec
from vitatlas.components.own.spec import OwnSpec
from vitatlas.components.own.use import DEFAULT_METHOD, Use
from vitatlas.components.settings import ComponentsSettings
from vitatlas.encoders.seen.own import PART
from vitatlas.jobs.files import sha256
from vitatlas.paper.specs import Built, builder

ROOT = Path(vitatlas.__file__).parents[2]


@builder(gpu=True)
def own_components(of: ComponentsSettings, wildcards: Any) -> OwnSpec:
    """The spec of rule `own_components`."""
    use, section = Use(of, wildcards.own), of.own
    entry, method = use.entry, use.method
    return OwnSpec(
        encoder=use.encoder,
        pictures=of.pictures({PART: use.source}, section.decomposition.batch),
        text=use.text_encoder,
        small=of.small_tower(use.text_model),
        method=method,
        settings=section.alignment.of(method or DEFAULT_METHOD),
        start=entry.start or section.decomposition.start.get(entry.model),
        policy=section.decomposition.policy,
        layernorm=section.protocol.layernorm,
        pictures_shown=entry.pictures_shown,
        shown=entry.shown,
        heads=entry.heads,
        seed=of.seed("own_components", use.name),
        compute=of.config.compute_of("own_components"),
    )


@builder(image="figures")
def own_page(of: ComponentsSettings, wildcards: Any) -> Built:
    """The spec of rule `own_page`: its templates count by what they say, not by their age."""
    use = Use(of, wildcards.own)
    model = of.zoo.models[use.entry.model]
    spec = OwnPageSpec(
        name=use.name,
        title=model.title,
        text_title=of.zoo.models[use.text_model].title,
        architecture=model.timm,
        words=use.entry.words,
    )
    return Built(spec, files={name: sha256(ROOT / name) for name in TEMPLATES})

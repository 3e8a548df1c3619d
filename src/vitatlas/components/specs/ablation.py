"""The builder of the spec of the rule that sets layers to their means."""

from __future__ import annotations

from typing import Any

from vitatlas.components.ablation.spec import AblationSpec
from vitatlas.components.settings import ComponentsSettings
from vitatlas.components.specs.store import CLASS
from vitatlas.images.world.attributes import VALUES
from vitatlas.paper.specs import builder

PART = "ablation"


@builder(gpu=True)
def layer_ablation(of: ComponentsSettings, wildcards: Any) -> AblationSpec:
    """The spec of rule `layer_ablation`."""
    settings = of.own.ablation
    return AblationSpec(
        encoder=of.encoder(wildcards),
        pictures=of.pictures({PART: settings.pictures}, settings.batch),
        policy=of.own.decomposition.policy,
        layernorm=of.own.protocol.layernorm,
        attribute=CLASS,
        classes=list(VALUES[CLASS]),
        compute=of.config.compute_of("layer_ablation"),
    )

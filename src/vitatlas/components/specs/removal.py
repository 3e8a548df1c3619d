"""The builder of the spec of the rule that removes a spurious cue."""

from __future__ import annotations

from typing import Any

from vitatlas.components.removal.spec import RemovalSpec
from vitatlas.components.settings import ComponentsSettings
from vitatlas.paper.specs import builder

TRAIN, SELECTION, TEST = "train", "selection", "test"


@builder()
def removal(of: ComponentsSettings, wildcards: Any) -> RemovalSpec:
    """The spec of rule `removal`."""
    name, run, settings = wildcards.model, int(wildcards.run), of.own.removal
    return RemovalSpec(
        name=name,
        run=run,
        cue=settings.cue,
        core=settings.core,
        components=settings.components,
        most=settings.most,
        heads=settings.heads,
        zero_shot=settings.zero_shot and of.own_space(name),
        training=settings.training_of(name),
        draws=settings.draws,
        train=TRAIN,
        selection=TEST if of.own.protocol.removal_selection == "reference" else SELECTION,
        test=TEST,
        seed=of.seed("removal", name, f"run{run}"),
    )

"""Builders of the specs of rules that bring components and texts together."""

from __future__ import annotations

from typing import Any

from vitatlas.components.align.spec import AlignSpec
from vitatlas.components.labels.spec import LabelsSpec
from vitatlas.components.score.spec import ScoresSpec
from vitatlas.components.settings import ComponentsSettings
from vitatlas.components.texts.spec import TextsSpec
from vitatlas.paper.specs import builder

LABELS = 10
"""Texts of a component (table 1)."""
TEXTS = 4
"""Texts of a feature that agreement with CLIP is measured with (the authors' code)."""


@builder(gpu=True)
def texts(of: ComponentsSettings, wildcards: Any) -> TextsSpec:
    """The spec of rule `texts`."""
    return TextsSpec(
        encoder=of.encoder(wildcards),
        features=of.own.features,
        classes=not of.labelled,
        small=of.small_tower(wildcards.model),
        compute=of.config.compute_of("texts"),
    )


@builder(gpu=True)
def learn_maps(of: ComponentsSettings, wildcards: Any) -> AlignSpec:
    """The spec of rule `learn_maps`."""
    name, run, method = wildcards.model, int(wildcards.run), wildcards.method
    return AlignSpec(
        name=name,
        run=run,
        method=method,
        settings=of.own.alignment.of(method),
        own_space=of.own_space(name),
        train="alignment",
        held_out="held_out",
        seed=of.seed("learn_maps", name, f"run{run}", method),
        compute=of.config.compute_of("learn_maps"),
    )


@builder()
def component_scores(of: ComponentsSettings, wildcards: Any) -> ScoresSpec:
    """The spec of rule `component_scores`."""
    labelled = of.labelled
    return ScoresSpec(
        name=wildcards.model,
        run=int(wildcards.run),
        texts=TEXTS,
        labels={name: str(feature.attribute) for name, feature in labelled.items()},
        values={name: feature.texts for name, feature in labelled.items()},
        similarity="dot" if of.own.protocol.similarity == "reference" else "cosine",
        own_space=of.own_space(wildcards.model),
    )


@builder()
def component_labels(of: ComponentsSettings, wildcards: Any) -> LabelsSpec:
    """The spec of rule `component_labels`."""
    name = wildcards.model
    labelled = of.labelled
    return LabelsSpec(
        name=name,
        run=int(wildcards.run),
        methods=list(of.compared(name)),
        values={feature: entry.texts for feature, entry in labelled.items()},
        attributes={feature: str(entry.attribute) for feature, entry in labelled.items()},
        count=LABELS,
        learned="alignment",
        measured="test",
        seed=of.seed("component_labels", name, f"run{wildcards.run}"),
        own_space=of.own_space(name),
    )

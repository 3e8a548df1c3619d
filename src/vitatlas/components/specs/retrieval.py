"""Builders of the specs of rules that find pictures."""

from __future__ import annotations

from typing import Any

from vitatlas.components.retrieve.spec import ByPictureSpec, ByTextSpec, Shown
from vitatlas.components.settings import NAME, ComponentsSettings
from vitatlas.config.read import require_known
from vitatlas.paper.specs import builder

SEARCHED = "test"
"""The part of the pictures that is searched."""

COMPONENTS = 3
"""Components that stand for a feature, where the configuration says nothing else (the authors' code)."""


@builder()
def retrieval_by_text(of: ComponentsSettings, wildcards: Any) -> ByTextSpec:
    """The spec of rule `retrieval_by_text`.

    Raises:
        UserError: A text is to be shown that its feature does not have.
    """
    settings = of.own.retrieval
    for name, texts in settings.shown.items():
        require_known(name, of.own.features, "feature", f"key '{NAME}.retrieval.shown'")
        for text in texts:
            require_known(text, of.own.features[name].texts, "text", f"key '{NAME}.retrieval.shown.{name}'")
    return ByTextSpec(
        name=wildcards.model,
        run=int(wildcards.run),
        labels=_labels(of),
        shown=settings.shown,
        width=settings.width,
        top=settings.top,
        similarity="dot" if of.own.protocol.similarity == "reference" else "cosine",
        pictures=_shown(of, wildcards.model),
    )


@builder()
def retrieval_by_picture(of: ComponentsSettings, wildcards: Any) -> ByPictureSpec:
    """The spec of rule `retrieval_by_picture`. The seed is that of all models, so that all get the same probes.

    Raises:
        UserError: Components are counted of a feature that is not asked for.
    """
    settings = of.own.retrieval
    for name in settings.components:
        require_known(name, settings.features, "feature", f"key '{NAME}.retrieval.components'")
    labels = {name: attribute for name, attribute in _labels(of).items() if name in settings.features}
    return ByPictureSpec(
        name=wildcards.model,
        run=int(wildcards.run),
        labels=labels,
        values={name: of.own.features[name].texts for name in labels},
        components={name: settings.components.get(name, COMPONENTS) for name in settings.features},
        gap=of.own.protocol.gap,
        top=settings.top,
        probes=settings.probes,
        shown_probes=settings.shown_probes,
        seed=of.seed("retrieval_by_picture"),
        pictures=_shown(of, wildcards.model),
    )


def _labels(of: ComponentsSettings) -> dict[str, str]:
    """The attribute of each feature that has one."""
    return {name: str(feature.attribute) for name, feature in of.labelled.items()}


def _shown(of: ComponentsSettings, model: str) -> Shown:
    settings = of.zoo.encoder(model).encoder
    return Shown(
        source=of.own.pictures[SEARCHED],
        image=settings.image,
        shorter_side=settings.shorter_side,
        interpolation=settings.interpolation,
    )

"""The builder of the spec of the rule that compares departures of the reference code."""

from __future__ import annotations

from typing import Any

from vitatlas.components.departures.spec import DeparturesSpec
from vitatlas.components.settings import ComponentsSettings
from vitatlas.components.specs.removal import SELECTION, removal
from vitatlas.components.specs.retrieval import retrieval_by_picture, retrieval_by_text
from vitatlas.paper.specs import Builder, builder


@builder()
def component_departures(of: ComponentsSettings, wildcards: Any) -> DeparturesSpec:
    """The spec of rule `component_departures`: the specs of what is compared, their own switches corrected."""
    return DeparturesSpec(
        name=wildcards.model,
        run=int(wildcards.run),
        by_text=_corrected(retrieval_by_text, of, wildcards, similarity="cosine"),
        by_picture=_corrected(retrieval_by_picture, of, wildcards, gap="corrected"),
        removal=_corrected(removal, of, wildcards, selection=SELECTION),
    )


def _corrected(of_rule: Builder, of: ComponentsSettings, wildcards: Any, **keys: str) -> Any:
    """The spec of a rule, with the keys that a switch sets as the corrected protocol has them."""
    spec: Any = of_rule.build(of, wildcards)
    return spec.model_copy(update=keys)

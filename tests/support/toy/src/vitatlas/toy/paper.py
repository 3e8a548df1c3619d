"""The descriptor of this paper: all that the shared rooms know of it."""

from __future__ import annotations

from typing import Any

from vitatlas.config.models import ModelZoo
from vitatlas.paper.descriptor import Analysis, Paper
from vitatlas.paper.specs import Settings
from vitatlas.toy.artifacts import ArtifactSpec, Panel, PanelSpec
from vitatlas.toy.paths import Paths
from vitatlas.toy.section import ToySection
from vitatlas.toy.specs import invariants, toy_responses

ANALYSES = (Analysis("responses", "{model}/{layer}/{feature}", invariants=("responses",), readings=("responses",)),)
WORDS = {"checks": "a chequerboard"}


class Toy(Paper):
    """How strongly the layers of a model respond to simple patterns."""

    name = "toy"
    section = ToySection
    panel = Panel
    artifact = ArtifactSpec
    analyses = ANALYSES
    builders = (toy_responses, invariants)
    keys = ("feature",)
    shown = ("feature",)
    words = WORDS
    figures = "vitatlas.toy.figures"

    def paths(self, settings: Settings) -> Paths:
        """The input functions of the rules."""
        return Paths(settings)

    def panel_spec(self, panel: Any, zoo: ModelZoo, paper_model: str | None) -> PanelSpec:
        """A panel with the title of its model."""
        title = zoo.models[panel.model].title
        return PanelSpec(model=panel.model, title=title, layer=panel.layer, feature=panel.feature)


PAPER = Toy()

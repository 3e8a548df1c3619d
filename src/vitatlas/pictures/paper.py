"""The descriptor of this room: what the shared rooms know of it. It is the ground of papers, and no publication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vitatlas.artifacts.schema import Panel as AnyPanel
from vitatlas.config.models import ModelZoo
from vitatlas.config.schema import Config
from vitatlas.paper.descriptor import Analysis, Paper
from vitatlas.pictures.artifacts import ArtifactSpec, Panel, PanelSpec
from vitatlas.pictures.paths import Paths
from vitatlas.pictures.section import PicturesSection
from vitatlas.pictures.settings import NAME, PicturesSettings
from vitatlas.pictures.specs import BUILDERS

ANALYSES = (Analysis("world", "{side}"), Analysis("encoders", "{model}"))
PUBLISHED, UNTRAINED = "published weights", "nothing: random weights"


class Pictures(Paper):
    """The picture world, miniature encoders, and what each of them knows of it."""

    name = NAME
    section = PicturesSection
    panel = Panel
    artifact = ArtifactSpec
    analyses = ANALYSES
    builders = BUILDERS
    figures = "vitatlas.pictures.figures"

    def settings(self, config: Config, zoo: ModelZoo) -> PicturesSettings:
        """The view of the configuration that builders and paths get."""
        return PicturesSettings(config, zoo, NAME)

    def paths(self, settings: PicturesSettings) -> Paths:
        """The input functions of the rules."""
        return Paths(settings)

    def check(self, config: Config, zoo: ModelZoo, origin: str) -> None:
        """Check the encoders and data sets that the section names.

        Raises:
            UserError: One is not in the zoo, is no encoder, or is not in the section `data`.
        """
        super().check(config, zoo, origin)
        zoo.require_pretraining(config.section(NAME).pretrained, f"{origin}: key '{NAME}.encoders.pretraining'")

    def require_usable(self, model: str, zoo: ModelZoo) -> None:
        """Check that the model encodes pictures."""
        zoo.encoder(model)

    def places(self, panel: AnyPanel, zoo: ModelZoo) -> dict[str, Any]:
        """The model, and the side of the pictures that it takes."""
        return panel.model_dump() | {"side": zoo.encoder(panel.model).encoder.image}

    def panel_spec(self, panel: Any, zoo: ModelZoo, paper_model: str | None) -> PanelSpec:
        """A panel with what the zoo says of its model."""
        entry = zoo.models[panel.model]
        taught = UNTRAINED if entry.origin == "none" else entry.taught or PUBLISHED
        side = zoo.encoder(panel.model).encoder.image
        return PanelSpec(model=panel.model, title=entry.title, side=side, taught=taught)

    def caption_words(self, panels: Sequence[Any], options: Mapping[str, Any]) -> dict[str, str]:
        """`side`: that of the pictures, in pixels."""
        return {"side": ", ".join(dict.fromkeys(str(panel.side) for panel in panels))}


PAPER = Pictures()

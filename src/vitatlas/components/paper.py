"""The descriptor of this paper: "Decomposing and Interpreting Image Representations via Text in ViTs Beyond CLIP"
(Balasubramanian, Basu and Feizi, NeurIPS 2024)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vitatlas.components.analyses import ANALYSES
from vitatlas.components.artifacts import OPTIONS, ArtifactSpec, Panel, PanelSpec
from vitatlas.components.check import check_section, data_of
from vitatlas.components.config.section import ComponentsSection
from vitatlas.components.keys import KEYS, SHOWN
from vitatlas.components.paths import Paths
from vitatlas.components.settings import NAME, ComponentsSettings
from vitatlas.components.specs import BUILDERS
from vitatlas.components.words import WORDS
from vitatlas.config.models import ModelZoo
from vitatlas.config.schema import Config
from vitatlas.paper.descriptor import Paper


class Components(Paper):
    """Representations of pictures as sums of what components write, and the texts that label components."""

    name = NAME
    section = ComponentsSection
    panel = Panel
    artifact = ArtifactSpec
    analyses = ANALYSES
    builders = BUILDERS
    keys = KEYS
    shown = SHOWN
    words = WORDS
    options = OPTIONS
    figures = "vitatlas.components.figures"
    tutorial = (
        *("extra_exactness", "table_01", "table_02", "extra_controls", "figure_03", "figure_05"),
        *("table_05", "table_03", "figure_02"),
    )

    def settings(self, config: Config, zoo: ModelZoo) -> ComponentsSettings:
        """The view of the configuration that builders and paths get."""
        return ComponentsSettings(config, zoo, NAME)

    def paths(self, settings: ComponentsSettings) -> Paths:
        """The input functions of the rules."""
        return Paths(settings)

    def folders(self, settings: ComponentsSettings) -> list[str]:
        """The user's own lists of words."""
        return [entry.words for entry in settings.own.own.values()]

    def check(self, config: Config, zoo: ModelZoo, origin: str) -> None:
        """Check the models, data sets and features that the section names.

        Raises:
            UserError: One is not there, or cannot be used.
        """
        super().check(config, zoo, origin)
        check_section(config, zoo, origin)

    def known(self, config: Config, zoo: ModelZoo) -> dict[str, list[str]]:
        """The features, by the names that they have in the section."""
        return {"feature": list(config.section(NAME).features)}

    def require_usable(self, model: str, zoo: ModelZoo) -> None:
        """Check that the model encodes pictures."""
        zoo.encoder(model)

    def data_of(self, kinds: Sequence[str], config: Config) -> list[str]:
        """The data sets that tables of these kinds are made from."""
        return data_of(kinds, config.section(NAME))

    def panel_spec(self, panel: Any, zoo: ModelZoo, paper_model: str | None) -> PanelSpec:
        """A panel with what the zoo says of its model."""
        entry = zoo.models[panel.model]
        untrained = entry.origin == "none"
        return PanelSpec(model=panel.model, title=entry.title, taught=entry.taught or "", untrained=untrained)


PAPER = Components()

"""The descriptor of this paper: "What do Vision Transformers Learn? A Visual Exploration" (Ghiasi et al., 2022)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vitatlas.config.models import ModelZoo
from vitatlas.config.schema import Config
from vitatlas.features.analyses import ANALYSES
from vitatlas.features.artifacts import ArtifactSpec, Panel, PanelSpec
from vitatlas.features.check import check_section, data_of
from vitatlas.features.config.section import FeaturesSection
from vitatlas.features.keys import KEYS
from vitatlas.features.options import OPTIONS
from vitatlas.features.paths import Paths
from vitatlas.features.settings import NAME, FeaturesSettings
from vitatlas.features.specs import BUILDERS
from vitatlas.features.words import WORDS
from vitatlas.paper.descriptor import Paper

CONVOLUTIONAL = ("resnet", "densenet", "mobilenet")
"""How timm's names of convolutional networks begin."""


class Features(Paper):
    """The things that units of a network respond to: optimised pictures, natural ones, and measures of both."""

    name = NAME
    section = FeaturesSection
    panel = Panel
    artifact = ArtifactSpec
    analyses = ANALYSES
    builders = BUILDERS
    keys = KEYS
    words = WORDS
    options = OPTIONS
    figures = "vitatlas.features.figures"
    tutorial = (
        *("figure_05", "extra_sweeps", "extra_departures", "figure_01", "extra_progression", "figure_06"),
        *("extra_locality", "extra_sites", "table_01", "extra_last_layer", "figure_09", "table_02", "extra_reliance"),
        *("figure_16", "figure_11", "extra_concepts", "extra_moved"),
    )

    def settings(self, config: Config, zoo: ModelZoo) -> FeaturesSettings:
        """The view of the configuration that builders and paths get."""
        return FeaturesSettings(config, zoo, NAME)

    def paths(self, settings: FeaturesSettings) -> Paths:
        """The input functions of the rules."""
        return Paths(settings)

    def check(self, config: Config, zoo: ModelZoo, origin: str) -> None:
        """Check the models and data sets that the section names.

        Raises:
            UserError: One is not there, or cannot be used.
        """
        super().check(config, zoo, origin)
        check_section(config, zoo, origin)

    def data_of(self, kinds: Sequence[str], config: Config) -> list[str]:
        """The data sets that tables of these kinds are made from."""
        return data_of(kinds, config.section(NAME))

    def panel_spec(self, panel: Any, zoo: ModelZoo, paper_model: str | None) -> PanelSpec:
        """A panel with what the zoo says of its model."""
        entry = zoo.models[panel.model]
        return PanelSpec(
            model=panel.model,
            title=entry.title,
            convolutional=entry.timm.startswith(CONVOLUTIONAL),
            taught=entry.taught or "",
            untrained=entry.origin == "none",
        )

    def artifact_keys(self, kinds: Sequence[str], switched: Sequence[str]) -> dict[str, Any]:
        """The scale of maps, where maps are drawn."""
        return {"map_scale": "reference"} if "map_scale" in switched and "mapped" in kinds else {}


PAPER = Features()

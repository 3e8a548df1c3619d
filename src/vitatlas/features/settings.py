"""The view of the configuration that builders and paths of this paper get. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass

from vitatlas.encoders.seen.settings import SeenSettings
from vitatlas.encoders.seen.sources import Birds, Scenes, Source, scenes_among
from vitatlas.errors import UserError
from vitatlas.features.config.section import FeaturesSection
from vitatlas.features.config.visualise import FeatureSet

NAME = "features"
CLASS = "category"
"""The attribute of the picture world that encoders classify by."""


@dataclass(frozen=True)
class FeaturesSettings(SeenSettings):
    """The tier and the models, as this paper sees them."""

    @property
    def own(self) -> FeaturesSection:
        """This paper's section of the configuration."""
        section: FeaturesSection = self.section
        return section

    def scenes_in(self) -> dict[str, Scenes | Birds]:
        """The parts that are scenes: all but those that the user brings."""
        return scenes_among(self.own.pictures)

    def part(self, name: str) -> dict[str, Source]:
        """One part of the pictures, by its name."""
        return {name: self.own.pictures[name]}

    def sets_of(self, group: str, model: str) -> dict[str, FeatureSet]:
        """The sets of a group that are visualised of a model, by name."""
        of = self.own.visualisations.get(group, {})  # type: ignore[call-overload]
        return {name: by_model[model] for name, by_model in of.items() if model in by_model}

    def some_sets_of(self, group: str, model: str) -> dict[str, FeatureSet]:
        """As `sets_of`.

        Raises:
            UserError: There are none.
        """
        sets = self.sets_of(group, model)
        if not sets:
            raise UserError(
                f"no features of '{model}' are visualised",
                where=f"key '{NAME}.visualisations.{group}'",
                remedy="name features of this model there",
            )
        return sets

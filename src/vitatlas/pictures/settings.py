"""The view of the configuration that builders and paths of this room get."""

from __future__ import annotations

from dataclasses import dataclass

from vitatlas.config.read import require_known
from vitatlas.paper.specs import Settings
from vitatlas.pictures.section import PicturesSection, Reading

NAME = "pictures"


@dataclass(frozen=True)
class PicturesSettings(Settings):
    """The tier and the models, as this room sees them."""

    @property
    def own(self) -> PicturesSection:
        """This room's section of the configuration."""
        section: PicturesSection = self.section
        return section

    def reading(self, name: str) -> Reading:
        """A reading of the configuration.

        Raises:
            UserError: There is none of this name.
        """
        require_known(name, self.own.readings, "reading", "the requested target")
        return self.own.readings[name]

    def runs_of(self, model: str) -> list[int]:
        """The runs of an encoder: those of its pretraining, or of its random weights; published ones are there once."""
        if self.zoo.models[model].origin in ("pretrain", "none"):
            return self.own.runs_of(model)
        return [0]

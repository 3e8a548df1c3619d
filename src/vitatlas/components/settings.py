"""The view of the configuration that builders and paths of this paper get. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitatlas.components.align.config import Method
from vitatlas.components.config.features import Feature
from vitatlas.components.config.section import ComponentsSection
from vitatlas.config.encoders import TextSizes
from vitatlas.encoders.seen.settings import GROUND, SeenSettings
from vitatlas.encoders.seen.sources import Birds, Scenes, Source, scenes_among
from vitatlas.errors import UserError

NAME = "components"


@dataclass(frozen=True)
class ComponentsSettings(SeenSettings):
    """The tier and the models, as this paper sees them."""

    @property
    def own(self) -> ComponentsSection:
        """This paper's section of the configuration."""
        section: ComponentsSection = self.section
        return section

    def set_of(self, name: str) -> Mapping[str, Source]:
        """The parts of the set `pictures` or `birds`."""
        sets = {"pictures": self.own.pictures, "birds": self.own.birds}
        return sets[name]

    def scenes_in(self, name: str) -> dict[str, Scenes | Birds]:
        """The parts of a set that are scenes: all but those that the user brings."""
        return scenes_among(self.set_of(name))

    def text_model_of(self, model: str) -> tuple[str, int]:
        """The CLIP model whose texts an encoder's components are held against, and its run; CLIP models have their own
        (the run is then the model's)."""
        own_space = self.own_space(model)
        return (model, -1) if own_space else (self.own.text_model, self.runs_of(self.own.text_model)[0])

    def own_space(self, model: str) -> bool:
        """Whether a model's own space has texts."""
        return self.zoo.encoder(model).encoder.readout == "projected" and self.has_texts(model)

    @property
    def labelled(self) -> dict[str, Feature]:
        """The features that pictures have labels of."""
        return {name: feature for name, feature in self.own.features.items() if feature.attribute is not None}

    def compared(self, model: str) -> list[Method]:
        """The methods of alignment that are compared on a model."""
        return self.own.alignment.compared.get(model, [self.own.alignment.used])

    def has_texts(self, model: str) -> bool:
        """Whether a model has a text tower."""
        return self.small_tower(model) is not None or self.zoo.encoder(model).encoder.text is not None

    def has_head(self, model: str) -> bool:
        """Whether a model comes with a head that was trained with it."""
        entry = self.zoo.encoder(model)
        return entry.encoder.classes > 0 and entry.origin != "none"

    def small_tower(self, model: str) -> TextSizes | None:
        """The text tower of a model that the workflow pretrains on captions; None for others."""
        ground = self.config.section(GROUND)
        recipe = ground.encoders.pretraining.get(model) if ground is not None else None
        return recipe.text if recipe is not None else None

    def tower_weights(self, model: str, run: int) -> list[str]:
        """The file with the text tower of a model.

        Raises:
            UserError: It has none.
        """
        if self.small_tower(model) is not None:
            return self.weights_of(model, run)
        if not self.has_texts(model):
            raise UserError(
                f"model '{model}' has no text tower", where=f"key '{NAME}.text_model'", remedy="choose a CLIP model"
            )
        return [f"resources/weights/{model}.text.safetensors"]

"""The section `components` of the configuration. Imports no torch."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vitatlas.components.align.config import Alignment, Method
from vitatlas.components.config.features import Feature
from vitatlas.components.config.own import Own
from vitatlas.components.config.pictures import BIRD_PARTS, PARTS
from vitatlas.components.config.protocol import Protocol
from vitatlas.components.config.uses import Ablation, Heatmaps, Numerics, Removal, Retrieval, Segmentation
from vitatlas.components.store.spec import Policy, Stored
from vitatlas.config.names import ByModel, ModelName, Name, NameOf
from vitatlas.config.runs import Runs, require_default, require_distinct, require_exactly, runs_of
from vitatlas.config.schema import PaperSection
from vitatlas.config.strict import Strict, WithoutDefaults
from vitatlas.encoders.seen.sources import Source

Part = Annotated[str, NameOf("part")]


class Decomposition(WithoutDefaults):
    """How representations are taken apart."""

    start: dict[ModelName, str] = Field(
        default={}, description="the first block whose layers are components, by model; other models: all blocks"
    )
    policy: Policy = Field(
        default="separate",
        description="where biases go. separate: into a component of their own; own: those of output projections stay "
        "with their heads; uniform: shared equally by all that is there, as in the paper",
    )
    stored: Stored = Field(
        default="float32",
        description="how contributions are stored; for ranks, float16 will do; of `own`, always float32",
    )
    batch: int = Field(default=100, gt=0, description="pictures at a time")


class Alignments(Strict):
    """Maps from components to the text space."""

    used: Method = Field(description="the method whose maps all analyses use")
    compared: dict[ModelName, list[Method]] = Field(description="methods that are compared, by model")
    training: dict[Literal[Method, "default"], Alignment] = Field(
        description="how maps are learned: `default`, or other settings under a method's name"
    )

    @model_validator(mode="after")
    def _complete(self) -> Alignments:
        require_default("training", self.training)
        return self

    def of(self, method: str) -> Alignment:
        """The settings of a method."""
        return {str(name): how for name, how in self.training.items()}.get(method, self.training["default"])


class ComponentsSection(PaperSection):
    """Representations as sums of what components write: decomposition, texts, and what they are good for."""

    runs: ByModel[Runs] = Field(
        description="numbers of the pretrainings that are decomposed: `default`, other ones under a model's name"
    )
    text_model: ModelName = Field(description="the CLIP model of whose space the texts are; CLIP models have their own")
    pictures: dict[Part, Source] = Field(description=f"pictures by what they are for: {', '.join(PARTS)}")
    birds: dict[Part, Source] = Field(
        description=f"pictures with a spurious background, by what they are for: {', '.join(BIRD_PARTS)}"
    )
    features: dict[Name, Feature] = Field(min_length=2, description="features by name, with their texts")
    decomposition: Decomposition = Field(default_factory=Decomposition)
    alignment: Alignments
    retrieval: Retrieval
    heatmaps: Heatmaps
    segmentation: Segmentation
    removal: Removal
    ablation: Ablation
    numerics: Numerics = Field(default_factory=Numerics)
    protocol: Protocol = Field(default_factory=Protocol)
    own: dict[Name, Own] = Field(
        default={},
        description="your model, pictures and words, by a name of yours: `snakemake components_own` makes the pages",
    )

    @model_validator(mode="after")
    def _complete(self) -> ComponentsSection:
        require_default("runs", self.runs)
        require_distinct(self.runs)
        for name, given, wanted in (("pictures", self.pictures, PARTS), ("birds", self.birds, BIRD_PARTS)):
            require_exactly(name, given, wanted, "part")
        texts = {text for feature in self.features.values() for text in feature.texts}
        for key, named in (("cue", self.removal.cue), ("core", self.removal.core)):
            if unknown := sorted(set(named) - texts):
                raise ValueError(f"removal.{key}: '{unknown[0]}' is a text of no feature")
        return self

    @property
    def switched(self) -> list[str]:
        """The switches that are set to the reference's."""
        return self.protocol.switched

    def runs_of(self, model: str) -> list[int]:
        """The runs of a model."""
        return runs_of(self.runs, model)

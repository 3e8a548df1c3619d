"""The section `relations` of the configuration."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from vitatlas.config.names import DEFAULT, ByModel, ModelName, NameOf
from vitatlas.config.numbers import Count, Positive
from vitatlas.config.runs import Runs, require_default, require_distinct, require_exactly, runs_of
from vitatlas.config.schema import PaperSection
from vitatlas.config.strict import Strict
from vitatlas.relations.config.auxiliary import Auxiliary, Index
from vitatlas.relations.config.das import Das
from vitatlas.relations.config.photoreal import Photoreal
from vitatlas.relations.config.probe import Probing
from vitatlas.relations.config.protocol import Departures, Protocol
from vitatlas.relations.config.training import Finetuning, Pretraining
from vitatlas.relations.vocabulary import SPLITS


class Stimuli(Strict):
    """Scenes and their rendering (Lepori et al., appendix A)."""

    noise_std: float = Field(ge=0, description="standard deviation of the pixel noise inside objects, in grey levels")
    sizes: dict[Annotated[str, NameOf("split")], Count] = Field(
        description=f"scenes per split; splits: {', '.join(SPLITS)}"
    )
    samples: Count = Field(description="example images per class kept for the stimulus figures")

    @model_validator(mode="after")
    def _all_splits(self) -> Stimuli:
        require_exactly("sizes", self.sizes, SPLITS, "split")
        return self


class Attention(Strict):
    """Attention-pattern analysis (Lepori et al., section 3)."""

    images_per_class: Count = Field(description="test images per class")
    batch: Positive = Field(description="images per forward pass")
    walkthrough_heads: dict[ModelName, list[tuple[Index, Index]]] = Field(
        default_factory=dict,
        description="per model, the (layer, head) shown in the walk-through of one image; chosen by what they attend "
        "to where nothing is said",
    )


class RelationsSection(PaperSection):
    """Models that are fine-tuned on same-different tasks, and what is found in them (Lepori et al., 2024)."""

    pretrains: ClassVar[bool] = True

    runs: ByModel[Runs] = Field(
        description="numbers of the fine-tuning runs: `default` for every model, other ones under a model's name"
    )
    stimuli: Stimuli
    pretraining: dict[ModelName, Pretraining] = Field(
        description="per model of origin 'pretrain': how it is pretrained"
    )
    finetuning: dict[Annotated[str, NameOf("model, or model/task")], Finetuning] = Field(
        description="`default` holds for every model; an entry under a model's name replaces it as a whole, and one "
        "under `<model>/<task>` replaces that for one task"
    )
    auxiliary: Auxiliary
    attention: Attention
    das: Das
    probe: Probing
    photoreal: Photoreal
    protocol: Protocol = Protocol()
    departures: Departures = Departures()

    @model_validator(mode="after")
    def _complete(self) -> RelationsSection:
        require_default("runs", self.runs)
        require_default("finetuning", self.finetuning)
        require_distinct(self.runs)
        return self

    @property
    def pretrained(self) -> list[str]:
        """The models that have an entry in `pretraining`."""
        return list(self.pretraining)

    @property
    def switched(self) -> list[str]:
        """The switches of the protocol that are not `corrected`."""
        return self.protocol.departures

    def runs_of(self, model: str) -> list[int]:
        """The numbers of the fine-tuning runs of `model`."""
        return runs_of(self.runs, model)

    def perceptual_runs_of(self, model: str, setting: str) -> list[int]:
        """Those whose perceptual stage is analysed in `setting`."""
        return self.das.runs_of(model, setting, self.runs_of(model))

    def finetuning_of(self, model: str, task: str) -> Finetuning:
        """How `model` is fine-tuned on `task`."""
        return self.finetuning[self.finetuning_key(model, task)]

    def finetuning_key(self, model: str, task: str) -> str:
        """The entry of `finetuning` that says so."""
        return next(name for name in (f"{model}/{task}", model, DEFAULT) if name in self.finetuning)

    def auxiliary_finetuning_of(self, model: str, task: str) -> Finetuning:
        """How every variant of auxiliary losses is fine-tuned."""
        asked = {str(key): value for key, value in self.auxiliary.finetuning.items()}
        return asked.get(task) or asked.get("default") or self.finetuning_of(model, task)

"""The schema of a tier's configuration: `config/demo.yaml`, `config/smoke.yaml`, `config/paper.yaml`.

Every tier has the same keys and other sizes. A key that is missing, misspelt or of the wrong type is an error.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vitatlas.config.auxiliary import Auxiliary
from vitatlas.config.compute import GPU_RULES, Compute, ComputeSection
from vitatlas.config.das import Das
from vitatlas.config.models import Strict
from vitatlas.config.photoreal import Photoreal
from vitatlas.config.probe import Probing
from vitatlas.config.protocol import Departures, Protocol
from vitatlas.config.training import Finetuning, Pretraining
from vitatlas.vocabulary import SPLITS

Positive = Annotated[int, Field(gt=0)]
Seeds = Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)]


class Stimuli(Strict):
    """Scenes and their rendering (Lepori et al., appendix A)."""

    noise_std: float = Field(ge=0, description="standard deviation of the pixel noise inside objects, in grey levels")
    sizes: dict[str, Positive] = Field(description=f"scenes per split; splits: {', '.join(SPLITS)}")
    samples: Positive = Field(description="example images per class kept for the stimulus figures")

    @model_validator(mode="after")
    def _all_splits(self) -> Stimuli:
        if set(self.sizes) != set(SPLITS):
            raise ValueError(f"sizes must name exactly the splits {', '.join(SPLITS)}")
        return self


class Attention(Strict):
    """Attention-pattern analysis (Lepori et al., section 3)."""

    images_per_class: Positive = Field(description="test images per class")
    batch: Positive = Field(description="images per forward pass")
    walkthrough_heads: dict[str, list[tuple[int, int]]] = Field(
        default_factory=dict,
        description="per model, the (layer, head) shown in the walk-through of one image; chosen by what they attend "
        "to where nothing is said",
    )


class Weights(Strict):
    """Where published weights come from."""

    source: str | None = Field(
        default=None,
        description="a folder with one file or folder per model, for machines without network; null: download",
    )


class Config(Strict):
    """One tier."""

    tier: Literal["smoke", "demo", "paper"] = Field(description="name of the tier; results go to results/<tier>")
    seed: int = Field(ge=0, description="every random choice of the workflow derives from this number")
    seeds: dict[str, Seeds] = Field(
        description="seeds of the fine-tuning runs: `default` for every model, other ones under a model's name"
    )
    papers: list[str] = Field(min_length=1, description="papers whose artifacts are made; files in config/artifacts")
    stand_ins: dict[str, str] = Field(
        description="which model of the zoo takes the place of a paper's model in every artifact; {} for none"
    )
    stimuli: Stimuli
    weights: Weights
    pretraining: dict[str, Pretraining] = Field(description="per model of origin 'pretrain': how it is pretrained")
    finetuning: dict[str, Finetuning] = Field(
        description="`default` holds for every model; an entry under a model's name replaces it as a whole"
    )
    auxiliary: Auxiliary
    attention: Attention
    das: Das
    probe: Probing
    photoreal: Photoreal
    protocol: Protocol = Protocol()
    departures: Departures = Departures()
    compute: ComputeSection
    gpu_memory_mb: dict[str, Positive] = Field(
        description="GPU memory that one job may need, in MiB: `default`, other amounts under the names of rules "
        f"({', '.join(GPU_RULES)}). Jobs share a GPU as far as these amounts fit; results do not depend on them. "
        "They are estimates until measured: each job's log ends with what it really took"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Config:
        for section in ("seeds", "finetuning", "gpu_memory_mb"):
            if "default" not in getattr(self, section):
                raise ValueError(f"{section}: the entry 'default' is missing")
        for name, seeds in self.seeds.items():
            if len(set(seeds)) != len(seeds):
                raise ValueError(f"seeds.{name}: a seed is named twice")
        return self

    def seeds_of(self, model: str) -> list[int]:
        """The seeds of the fine-tuning runs of `model`."""
        return self.seeds.get(model, self.seeds["default"])

    def perceptual_seeds_of(self, model: str, setting: str) -> list[int]:
        """Those whose perceptual stage is analysed in `setting`."""
        return self.das.seeds(model, setting, self.seeds_of(model))

    def finetuning_of(self, model: str) -> Finetuning:
        """How `model` is fine-tuned."""
        return self.finetuning.get(model, self.finetuning["default"])

    def auxiliary_finetuning_of(self, model: str, task: str) -> Finetuning:
        """How every variant of auxiliary losses is fine-tuned."""
        asked = {str(key): value for key, value in self.auxiliary.finetuning.items()}
        return asked.get(task) or asked.get("default") or self.finetuning_of(model)

    def compute_of(self, rule: str) -> Compute:
        """Where and how the jobs of `rule` compute."""
        memory = self.gpu_memory_mb.get(rule, self.gpu_memory_mb["default"])
        return Compute(**self.compute.model_dump(), gpu_memory_mb=memory)

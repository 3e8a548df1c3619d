"""The spec of the job that fine-tunes. Imports no torch."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.relations.config.models import Geometry, Network
from vitatlas.relations.config.training import Finetuning


class FinetuneSpec(Strict):
    """Fine-tuning of one model on one task, in one setting.

    Inputs: `scenes`, the tables of all splits, and `weights` where the model has a pretrained backbone.
    Outputs: `best`, `last` (safetensors), `history`, `metrics` (Parquet).

    Attributes:
        name: The model's name in the zoo, as it stands in tables.
        run: The number of the run, as it stands in tables.
        seed: What the run's random choices derive from, together with name, task, setting and run.
    """

    name: str
    model: Network
    geometry: Geometry
    task: str
    setting: str
    run: int
    seed: int
    noise_std: float = Field(ge=0)
    training: Finetuning
    compute: Compute

    @property
    def cell(self) -> dict[str, Any]:
        """The keys of the run in tables and in the metadata of its weights."""
        return {"model": self.name, "task": self.task, "setting": self.setting, "run": self.run}

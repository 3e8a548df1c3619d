"""The spec of the job that pretrains. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.relations.config.models import Geometry, Network
from vitatlas.relations.config.training import Pretraining


class PretrainSpec(Strict):
    """Pretraining of one backbone. Outputs `weights` (safetensors, the backbone alone), `history` and `shown`, what of
    the tasks' objects it saw (Parquet).

    Attributes:
        name: The model's name in the zoo.
        run: Which of its pretrainings: the fine-tuning run of this number starts from it.
        seed: What everything random derives from.
    """

    name: str
    run: int
    model: Network
    geometry: Geometry
    seed: int
    noise_std: float = Field(ge=0)
    pretraining: Pretraining
    compute: Compute

"""The job that fine-tunes a model with auxiliary losses, or without any for comparison, and measures it."""

from __future__ import annotations

from typing import Any

from vitatlas.config.auxiliary import AuxiliaryLoss
from vitatlas.jobs import Job
from vitatlas.models.build import Classifier
from vitatlas.training.auxiliary.build import build_auxiliary
from vitatlas.training.auxiliary.losses import Auxiliary
from vitatlas.training.job import Finetune, finetune


class FinetuneAuxiliary(Finetune):
    """The fine-tuning of one variant; inputs and outputs as of `Finetune`.

    Attributes:
        variant: What the losses are called in tables.
        losses: Beside the task's.
    """

    variant: str
    losses: list[AuxiliaryLoss]

    @property
    def cell(self) -> dict[str, Any]:
        """What a run is called in tables and beside its weights."""
        return super().cell | {"auxiliary": self.variant}


def finetune_auxiliary(job: Job[FinetuneAuxiliary]) -> None:
    """Train, and measure the best and the last weights on every split.

    Raises:
        UserError: As `finetune` and `build_auxiliary`.
        SystemExit: Stopped by a signal, with a checkpoint.
    """
    spec = job.spec
    frozen = spec.training.frozen_blocks

    def losses(classifier: Classifier, seed: int) -> Auxiliary:
        return build_auxiliary(spec.losses, classifier, spec.geometry, spec.task, frozen, seed)

    finetune(job, losses)

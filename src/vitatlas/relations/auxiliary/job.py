"""The job that fine-tunes a model with auxiliary losses, or without any for comparison, and measures it."""

from __future__ import annotations

from vitatlas.jobs.job import Job
from vitatlas.models.build import Classifier
from vitatlas.relations.auxiliary.build import build_auxiliary
from vitatlas.relations.auxiliary.losses import Auxiliary
from vitatlas.relations.auxiliary.spec import FinetuneAuxiliarySpec
from vitatlas.relations.finetuning.job import finetune


def finetune_auxiliary(job: Job[FinetuneAuxiliarySpec]) -> None:
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

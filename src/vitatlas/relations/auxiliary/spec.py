"""The spec of the job that fine-tunes with auxiliary losses. Imports no torch."""

from __future__ import annotations

from typing import Any

from vitatlas.relations.config.auxiliary import AuxiliaryLoss
from vitatlas.relations.finetuning.spec import FinetuneSpec


class FinetuneAuxiliarySpec(FinetuneSpec):
    """The fine-tuning of one variant; inputs and outputs as of `FinetuneSpec`.

    Attributes:
        variant: What the losses are called in tables.
        losses: Those that are added to the task's.
    """

    variant: str
    losses: list[AuxiliaryLoss]

    @property
    def cell(self) -> dict[str, Any]:
        """The keys of the run in tables and in the metadata of its weights."""
        return super().cell | {"auxiliary": self.variant}

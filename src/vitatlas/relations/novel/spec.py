"""The spec of the job on novel representations. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.relations.config.protocol import Switch
from vitatlas.relations.das.spec import Cell


class NovelSpec(Cell):
    """All runs of one cell. Inputs `models` and `operators` (as the searches wrote them), both in the order of `runs`,
    and `counterfactuals`, the sets of `properties` and the splits val and test_iid; output `table`.

    Attributes:
        batch, draws, shared, novel_draws: See `vitatlas.relations.novel.vectors.measure`.
    """

    runs: list[int] = Field(min_length=1)
    properties: list[str] = Field(min_length=1)
    batch: int = Field(gt=0)
    draws: int = Field(ge=2)
    shared: int = Field(gt=0)
    novel_draws: Switch = "corrected"

"""The spec of the job that compares departures of the reference code. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.config.models import Preprocessing
from vitatlas.relations.config.das import Search
from vitatlas.relations.config.probe import Probing
from vitatlas.relations.das.spec import Cell


class DeparturesSpec(Cell):
    """All analysed runs of one cell.

    Inputs: `models`, `operators`, `interventions` (both as the searches wrote them) and `metrics` (of fine-tuning),
    each in the order of `runs`; `counterfactuals`, the sets of the searched properties and the splits train, val and
    test_iid; with `probe` also `scenes`, the tables of the splits train and test_iid, and `probes`, the table of the
    cell's probes. Output: `table`.

    Attributes:
        search: How the subspaces were searched for.
        statistics: What the reference normalises images with.
        search_runs: In how many runs the search is repeated with them; None: all.
        around: How far from the best layer that search looks; None: everywhere.
        probe: How probes of the intermediate judgement were trained; None for a task without one.
    """

    runs: list[int] = Field(min_length=1)
    draws: int = Field(ge=2)
    search: Search
    statistics: Preprocessing
    search_runs: int | None
    around: int | None
    probe: Probing | None = None

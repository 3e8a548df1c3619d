"""The spec of the job that sums up what jobs took. Imports nothing heavy."""

from __future__ import annotations

from vitatlas.config.strict import Strict


class ComputeTableSpec(Strict):
    """One tier. Outputs `csv`, `md`.

    Attributes:
        benchmarks: Folder of the tier's benchmark files: whatever is there is summed up, so that a lost one asks for no
            new run.
    """

    tier: str
    benchmarks: str

"""The spec of the job that probes the intermediate judgement. Imports no torch."""

from __future__ import annotations

from pydantic import Field

from vitatlas.relations.config.probe import Probing
from vitatlas.relations.config.protocol import Switch
from vitatlas.relations.das.spec import Cell


class ProbeSpec(Cell):
    """All runs of one cell. Inputs `models`, in the order of `runs`, and `scenes`, the tables of the splits train and
    test_iid; outputs `table` and `probes` (safetensors).

    Attributes:
        sites: Which tokens the probe of layer l reads. corrected: those that leave block l, to which its direction is
            added; reference: those that enter it, while the direction is added to those that leave it.
    """

    runs: list[int] = Field(min_length=1)
    probe: Probing
    sites: Switch = "corrected"

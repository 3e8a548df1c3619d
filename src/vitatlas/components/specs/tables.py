"""The builder of the spec of the rule that puts the runs of one model together."""

from __future__ import annotations

from typing import Any

from vitatlas.components.settings import ComponentsSettings
from vitatlas.jobs.gather_spec import GatherSpec
from vitatlas.paper.specs import builder


@builder(image="figures")
def component_table(of: ComponentsSettings, wildcards: Any) -> GatherSpec:
    """The spec of rule `component_table`."""
    return GatherSpec(cell={"model": wildcards.model}, by="run")

"""The builder of the spec of the rule that checks this paper's tables."""

from __future__ import annotations

from typing import Any

from vitatlas.invariants.spec import CheckSpec
from vitatlas.paper.specs import Settings, builder


@builder(image="figures")
def invariants(of: Settings, wildcards: Any) -> CheckSpec:
    """The spec of rule `invariants`."""
    return CheckSpec(paper=of.paper, tier=of.config.tier)

"""The kinds of this paper's analysis tables, each declared once. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Sequence

from vitatlas.paper.descriptor import Analysis

CELL, GRID = "{model}/{task}/{setting}", "{geometry}/{task}/{setting}"
SCENES, COUNTERFACTUALS, PRETRAINING, PHOTOGRAPHS = "scenes", "counterfactuals", "pretraining", "photoreal"
EXCHANGES = (SCENES, COUNTERFACTUALS)


def _of_models(
    kind: str, rests_on: Sequence[str] = (), invariants: Sequence[str] = (), readings: Sequence[str] = ()
) -> Analysis:
    """One table per model, task and setting."""
    return Analysis(kind, CELL, tuple(rests_on), tuple(invariants), tuple(readings))


ANALYSES = (
    _of_models("behaviour", [SCENES, PRETRAINING], ["behaviour"], ["behaviour"]),
    _of_models("auxiliary", [SCENES], ["behaviour"], ["auxiliary"]),
    _of_models("attention", [SCENES], ["attention"], ["attention"]),
    _of_models("auxiliary_attention", [SCENES], ["attention"]),
    _of_models("das", EXCHANGES, ["interventions"], ["das", "disentanglement"]),
    _of_models("novel", EXCHANGES, ["interventions"], ["novel"]),
    _of_models("information_flow", EXCHANGES, ["interventions"]),
    _of_models("departures", EXCHANGES, ["behaviour"]),
    _of_models("probe", [SCENES], ["interventions"], ["probe"]),
    _of_models("photoreal_behaviour", [SCENES, PHOTOGRAPHS], ["behaviour"], ["photoreal"]),
    _of_models("photoreal_attention", [SCENES], ["attention"], ["photoreal_attention"]),
    _of_models("walkthrough"),
    Analysis("stimuli", GRID),
    Analysis("shape_sheet", "{geometry}"),
    Analysis("photoreal_examples", "{geometry}"),
    Analysis("counterfactual_examples", GRID),
)

"""Claims with the tier's models in place of the paper's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from vitatlas.verdicts.claim_schema import Order, Trend

# Parts of a claim that say nothing of what is measured.
_WORDING = {"id", "statement", "artifact", "source", "confidence", "contradicted", "without", "each", "published"}


@dataclass(frozen=True)
class Resolved:
    """One claim as a tier can judge it.

    Attributes:
        claim: With the tier's models.
        models: The paper's models in it, each once.
        ours: The model that stands for each of them.
        both_sides: A model that would be compared with itself, of an order between models; None: there is none.
    """

    claim: Any
    models: list[str]
    ours: list[str]
    both_sides: str | None

    @property
    def signature(self) -> str:
        """Equal for claims that say the same of the same models."""
        return json.dumps(self.claim.model_dump(mode="json", exclude=_WORDING, exclude_unset=True), sort_keys=True)


def resolved(claim: Any, stand_ins: Mapping[str, str]) -> Resolved:
    """The claim with every model replaced by the one that stands in for it; models that then coincide count once."""
    models = list(dict.fromkeys(_models(claim)))
    given = claim.model_dump(exclude_unset=True)
    replaced = type(claim).model_validate(_replaced(given, stand_ins))
    return Resolved(replaced, models, [stand_ins.get(name, name) for name in models], _on_both_sides(replaced))


def _models(claim: Any) -> Iterator[str]:
    for selection in [claim.of, *getattr(claim, "steps", []), *getattr(claim, "curves", [])]:
        model = selection.given().get("model")
        yield from model if isinstance(model, list) else [model] if model else []
    if isinstance(claim, Trend):
        yield from claim.models


def _replaced(value: Any, stand_ins: Mapping[str, str]) -> Any:
    """A claim's values with the models under `model`, `models` and `without` replaced."""
    if isinstance(value, list | tuple):
        return [_replaced(part, stand_ins) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _names(part, stand_ins) if key in ("model", "models", "without") else _replaced(part, stand_ins)
        for key, part in value.items()
    }


def _names(value: Any, stand_ins: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return list(dict.fromkeys(stand_ins.get(name, name) for name in value))
    return stand_ins.get(value, value)


def _on_both_sides(claim: Any) -> str | None:
    if not isinstance(claim, Order):
        return None
    sides = []
    for step in claim.steps:
        model = step.given().get("model")
        sides.append(set(model if isinstance(model, list) else [model]) - {None})
    shared = {name for one, other in combinations(sides, 2) for name in one & other}
    return min(shared) if shared else None

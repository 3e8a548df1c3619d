"""The heads whose maps are shown for a feature, and what the authors' code calls them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from vitatlas.components.decompose import Component
from vitatlas.components.heatmaps.spec import HEADS, Selection
from vitatlas.components.score.ranking import largest
from vitatlas.errors import UserError

HEAD = "head"


@dataclass(frozen=True)
class Chosen:
    """The heads of one feature.

    Attributes:
        numbers: Of the components, the best first.
        value: The mean of what they were chosen by.
    """

    numbers: tuple[int, ...]
    value: float


def chosen_heads(scores: pd.DataFrame, feature: str, selection: Selection) -> Chosen:
    """The heads that are shown for a feature; all, where there are fewer than are asked for.

    Args:
        scores: Rows of the analysis of scores: kind, feature, quantity, component, value.
        feature: Which.
        selection: How.

    Raises:
        UserError: The feature has no scores, or scores are missing.
    """
    of_heads = scores[(scores["kind"] == HEAD) & (scores["feature"] == feature) & (scores["quantity"] == selection)]
    if of_heads.empty:
        raise UserError(
            f"heads have no '{selection}' for feature '{feature}'",
            where="the table of scores",
            remedy="delete it and make it again",
        )
    best = of_heads.iloc[largest(of_heads["value"], min(HEADS[selection], len(of_heads)))]
    return Chosen(tuple(int(number) for number in best["component"]), float(best["value"].mean()))


def reference_name(components: Sequence[Component], number: int) -> str:
    """The name of a head in the authors' code, `L02H07`: layers of attention are counted from the last one, which is 0.

    In MaxViT the layer of the grid is behind that of windows, so that one block has two numbers.
    """
    layers = sorted({component.layer for component in components if component.kind == HEAD}, reverse=True)
    component = components[number]
    return f"L{layers.index(component.layer):02}H{component.head:02}"

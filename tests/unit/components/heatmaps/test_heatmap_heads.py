"""The heads that are shown for a feature, and their names."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from decomposed import shared

from vitatlas.components.decompose import Decomposer
from vitatlas.components.heatmaps.heads import chosen_heads, reference_name
from vitatlas.errors import UserError


def scores(values: dict[str, list[float]]) -> pd.DataFrame:
    """Of an init, four heads, an MLP and the bias; init and MLP have the largest values of all."""
    kinds = ["init", "head", "head", "head", "mlp", "head", "bias"]
    parts = [
        pd.DataFrame(
            {
                "component": range(7),
                "kind": kinds,
                "quantity": quantity,
                "value": [9.0, *given[:3], 9.0, given[3], np.nan],
            }
        )
        for quantity, given in values.items()
    ]
    other = pd.DataFrame({"component": [3], "kind": "head", "quantity": "score", "value": [7.0], "feature": "color"})
    return pd.concat([pd.concat(parts).assign(feature="animal"), other], ignore_index=True)


def test_by_score_it_is_the_one_head_with_the_highest() -> None:
    found = chosen_heads(scores({"score": [0.1, 0.3, np.nan, 0.2], "variance": [1, 0, 0, 0]}), "animal", "score")
    assert (found.numbers, found.value) == ((2,), 0.3)


def test_by_variance_it_is_the_three_that_explain_most() -> None:
    found = chosen_heads(scores({"score": [1, 0, 0, 0], "variance": [0.1, 0.4, 0.2, 0.3]}), "animal", "variance")
    assert found.numbers == (2, 5, 3)
    assert found.value == pytest.approx(0.3)


def test_of_fewer_heads_than_are_asked_for_all_are_shown() -> None:
    table = scores({"variance": [0.1, 0.4, 0.2, 0.3]})
    assert chosen_heads(table[table["component"] != 5].iloc[:3], "animal", "variance").numbers == (2, 1)


def test_a_feature_without_scores_is_refused() -> None:
    with pytest.raises(UserError, match="heads have no 'variance' for feature 'animal'"):
        chosen_heads(scores({"score": [1, 2, 3, 4]}), "animal", "variance")
    with pytest.raises(UserError, match="the 3 largest values are asked for, of 2"):
        chosen_heads(scores({"variance": [1, 2, np.nan, np.nan]}), "animal", "variance")


def names(kind: str) -> dict[str, str]:
    components = Decomposer(shared(kind)).components
    heads = [number for number, component in enumerate(components) if component.kind == "head"]
    return {components[number].name: reference_name(components, number) for number in heads}


def test_layers_are_counted_from_the_last_as_the_authors_code_does() -> None:
    vit = names("vit")
    assert (vit["block.2.head.1"], vit["block.0.head.2"]) == ("L00H01", "L02H02")
    swin = names("swin")
    assert (swin["stage.1.block.1.head.1"], swin["stage.0.block.0.head.0"]) == ("L00H01", "L03H00")
    maxvit = names("maxvit")
    assert maxvit["stage.1.block.1.grid.head.0"] == "L00H00"
    assert maxvit["stage.1.block.1.window.head.1"] == "L01H01"
    assert maxvit["stage.0.block.0.window.head.0"] == "L05H00"

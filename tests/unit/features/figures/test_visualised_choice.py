"""Which visualisation of a unit is shown: of the first run and replicate, at the largest weight that keeps enough."""

from __future__ import annotations

import pandas as pd
import pytest
from place_tables import MODEL, visualised_row

from vitatlas.errors import UserError
from vitatlas.features.figures.visualised import first_units, in_deviations, one_each, visualised


def weights(activations: dict[float, float]) -> pd.DataFrame:
    rows = [visualised_row(n, weight=w, activation=value) for n, (w, value) in enumerate(activations.items())]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("activations", "chosen"),
    [
        ({0.01: 1.0, 0.1: 0.85, 1.0: 0.2}, 0.1),
        ({0.01: 1.0, 0.1: 0.2, 1.0: 0.9}, 1.0),
        ({0.01: 1.0, 0.1: 0.79}, 0.01),
        ({0.01: 1.0, 0.1: 0.8}, 0.1),
        ({0.1: 0.9, 0.01: 1.0}, 0.1),
        ({0.01: -0.1, 0.1: -0.15}, 0.01),
    ],
)
def test_the_largest_weight_that_keeps_the_activation(activations: dict[float, float], chosen: float) -> None:
    assert one_each(weights(activations))["weight"].tolist() == [chosen]


def test_the_first_replicate_of_each_unit_of_the_first_run() -> None:
    cells = [(run, unit, replicate) for run in (1, 0) for unit in (5, 3) for replicate in (1, 0)]
    rows = [visualised_row(n, run=run, unit=unit, replicate=r) for n, (run, unit, r) in enumerate(cells)]
    found = one_each(visualised(pd.DataFrame(rows), MODEL))
    assert found[["run", "unit", "replicate"]].to_numpy().tolist() == [[0, 3, 0], [0, 5, 0]]


def test_sets_are_kept_apart() -> None:
    rows = [visualised_row(n, set=name) for n, name in enumerate(("pixel", "fourier"))]
    assert sorted(one_each(pd.DataFrame(rows))["set"]) == ["fourier", "pixel"]


def test_the_first_units_by_number_of_each_layer() -> None:
    cells = [(layer, unit) for layer in (1, 4) for unit in (8, 2, 5)]
    rows = pd.DataFrame([visualised_row(n, layer=layer, unit=unit) for n, (layer, unit) in enumerate(cells)])
    assert sorted(first_units(rows, 2)[["layer", "unit"]].itertuples(index=False, name=None)) == [
        *((1, 2), (1, 5), (4, 2), (4, 5))
    ]


def test_nothing_visualised_is_an_error_that_names_what() -> None:
    table = pd.DataFrame([visualised_row(0)])
    with pytest.raises(UserError, match="weight_units 'activation'"):
        visualised(table, MODEL, weight_units="activation")
    with pytest.raises(UserError, match="another"):
        visualised(table, "another")


def test_activations_are_told_in_standard_deviations() -> None:
    assert in_deviations({"activation": 3.0, "sd": 1.5}) == 2.0
    assert pd.isna(in_deviations({"activation": 3.0, "sd": 0.0}))

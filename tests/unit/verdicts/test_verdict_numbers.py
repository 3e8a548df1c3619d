"""Published numbers against ours."""

import pandas as pd
import pytest

from vitatlas.verdicts.compare import beside, compare


def published(values, tolerance=0.05, decimals=3, chance=0.5):
    layers = [pd.NA] if isinstance(values, float) else range(len(values))
    values = [values] if isinstance(values, float) else values
    table = pd.DataFrame({"layer": pd.array(list(layers), "Int64"), "value": values, "tolerance": tolerance})
    return table.assign(decimals=decimals, chance=float("nan") if chance is None else chance)


def ours(*runs):
    rows = [
        {"run": number, "layer": pd.NA if isinstance(run, float) else layer, "value": value}
        for number, run in enumerate(runs)
        for layer, value in enumerate([run] if isinstance(run, float) else run)
    ]
    return pd.DataFrame(rows).astype({"layer": "Int64"})


def compared(known, measured):
    return compare(beside(known, measured, ["layer"]), len(known))


@pytest.mark.parametrize(
    ("value", "runs", "verdict"),
    [
        (0.90, (0.88, 0.91, 0.93), "reproduced"),
        (0.88, (0.88, 0.91, 0.93), "reproduced"),
        (0.9004, (0.9,), "reproduced"),  # what 0.900 is when rounded to three decimals
        (0.901, (0.9,), "within tolerance"),
        (0.95, (0.9,), "within tolerance"),
        (0.96, (0.9,), "direction only"),
        (0.56, (0.9, 0.9), "direction only"),
        (0.54, (0.9,), "not reproduced"),  # as near to chance as the tolerance
        (0.10, (0.9,), "not reproduced"),
        (0.10, (0.3,), "direction only"),
        (0.50, (0.58,), "not reproduced"),
    ],
)
def test_the_rule_of_single_numbers(value, runs, verdict):
    assert compared(published(value), ours(*runs)).verdict == verdict


def test_a_falsified_number_flips_the_verdict():
    runs = ours(0.9, 0.91, 0.92)
    assert compared(published(0.911), runs).verdict == "reproduced"
    assert compared(published(0.411), runs).verdict == "not reproduced"


def test_without_a_level_of_chance_there_is_no_direction():
    assert compared(published(3.0, tolerance=1, decimals=0, chance=None), ours(4.0)).verdict == "within tolerance"
    assert compared(published(3.0, tolerance=1, decimals=0, chance=None), ours(5.0)).verdict == "not reproduced"


def test_the_place_is_told_in_our_standard_deviations():
    found = compared(published(0.93), ours(0.89, 0.9, 0.91))
    assert found.ours == pytest.approx(0.9) and found.sd == pytest.approx(0.01) and found.runs == 3
    assert found.place == pytest.approx(3)
    assert pd.isna(compared(published(0.93), ours(0.9)).place)


CURVE = [0.6, 0.9, 0.92, 0.5, 0.1, 0.01]


def test_a_curve_is_reproduced_where_every_layer_is():
    runs = ours([value - 0.01 for value in CURVE], [value + 0.01 for value in CURVE])
    assert compared(published(CURVE), runs).verdict == "reproduced"


def test_one_layer_outside_the_spread_leaves_the_tolerance_and_is_named():
    spoilt = [*CURVE[:3], 0.54, *CURVE[4:]]
    found = compared(published(CURVE), ours(spoilt))
    assert found.verdict == "within tolerance"
    assert found.where == "6 layers; furthest off in layer 3"
    assert (found.published, found.ours) == (0.5, 0.54)
    assert found.reason.startswith("5 of 6 layers within our spread, 6 within tolerance")


def test_a_curve_of_the_same_shape_at_another_height_is_direction_only():
    found = compared(published(CURVE), ours([value * 0.8 for value in CURVE]))
    assert found.verdict == "direction only"
    assert "rank correlation 1.00" in found.reason


@pytest.mark.parametrize("other", [CURVE[::-1], [0.5] * 6, [0.01, 0.1, 0.5, 0.92, 0.9, 0.6]])
def test_a_falsified_curve_flips_the_verdict(other):
    assert compared(published(CURVE), ours(other)).verdict == "not reproduced"


def test_layers_that_were_not_measured_keep_a_curve_from_being_reproduced():
    found = compared(published(CURVE), ours(CURVE[:3]))
    assert found.verdict == "direction only"
    assert "3 measured" in found.reason

"""Published numbers against ours."""

import pandas as pd
import pytest
from verdict_cases import OF_RELATIONS

from vitatlas.verdicts.collect import as_readings
from vitatlas.verdicts.compare import beside, compare


def published(values, tolerance=0.05, decimals=3, chance=0.5):
    layers = [pd.NA] if isinstance(values, float) else range(len(values))
    values = [values] if isinstance(values, float) else values
    table = pd.DataFrame({"layer": pd.array(list(layers), "Int64"), "value": values, "tolerance": tolerance})
    return table.assign(decimals=decimals, chance=float("nan") if chance is None else chance)


def ours(*runs, **more):
    rows = [
        {"run": number, "layer": pd.NA if isinstance(run, float) else layer, "value": value, **more}
        for number, run in enumerate(runs)
        for layer, value in enumerate([run] if isinstance(run, float) else run)
    ]
    return as_readings([pd.DataFrame(rows)], OF_RELATIONS)


def compared(known, measured):
    return compare(beside(known, measured, ["layer"]), len(known))


@pytest.mark.parametrize(
    ("value", "runs", "verdict"),
    [
        (0.90, (0.88, 0.91, 0.93), "holds"),
        (0.95, (0.9, 0.9), "holds"),
        (0.95, (0.9,), "one run"),
        (0.9325, (0.5, 0.95), "scattered"),  # between our lowest and our highest run
        (0.5, (0.0, 1.0), "scattered"),  # the mean of runs that have nothing in common
        (0.85, (0.5, 0.6, 0.7), "scattered"),  # four standard errors off, but of three runs
        (0.99, (0.5, 0.6, 0.7), "fails"),
        (0.96, (0.9, 0.9), "partly"),
        (0.56, (0.9, 0.9), "partly"),
        (0.54, (0.9, 0.9), "fails"),  # as near to chance as the tolerance
        (0.10, (0.9, 0.9), "fails"),
        (0.10, (0.3, 0.3), "partly"),
        (0.50, (0.58, 0.58), "fails"),
    ],
)
def test_the_rule_of_single_numbers(value, runs, verdict):
    assert compared(published(value), ours(*runs)).verdict == verdict


def test_a_falsified_number_flips_the_verdict():
    runs = ours(0.9, 0.91, 0.92)
    assert compared(published(0.911), runs).verdict == "holds"
    assert compared(published(0.411), runs).verdict == "fails"


@pytest.mark.parametrize(("images", "verdict"), [(6, "fails"), (1000, "partly")])
def test_the_side_of_chance_must_be_surer_than_the_images(images, verdict):
    assert compared(published(0.9), ours(0.75, 0.75, images=images)).verdict == verdict


def test_without_a_level_of_chance_there_is_no_direction():
    assert compared(published(3.0, tolerance=1, decimals=0, chance=None), ours(4.0, 4.0)).verdict == "holds"
    assert compared(published(3.0, tolerance=1, decimals=0, chance=None), ours(5.0, 5.0)).verdict == "fails"


def test_the_place_is_told_in_our_standard_deviations():
    found = compared(published(0.93), ours(0.89, 0.9, 0.91))
    assert found.ours == pytest.approx(0.9) and found.sd == pytest.approx(0.01) and found.runs == 3
    assert found.place == pytest.approx(3)
    assert pd.isna(compared(published(0.93), ours(0.9)).place)


CURVE = [0.6, 0.9, 0.92, 0.5, 0.1, 0.01]


def test_a_curve_holds_where_every_layer_does():
    runs = ours([value - 0.01 for value in CURVE], [value + 0.01 for value in CURVE])
    assert compared(published(CURVE), runs).verdict == "holds"
    assert compared(published(CURVE), ours(CURVE)).verdict == "one run"


def test_one_layer_that_is_scattered_scatters_the_curve():
    runs = ours([*CURVE[:3], 0.4, *CURVE[4:]], [*CURVE[:3], 0.6, *CURVE[4:]])
    assert compared(published(CURVE), runs).verdict == "scattered"


@pytest.mark.parametrize(("shared_below", "verdict"), [(0, "holds"), (2, "one run")])
def test_layers_whose_weights_all_runs_share_are_of_one_run(shared_below, verdict):
    assert compared(published(CURVE), ours(CURVE, CURVE, shared_below=shared_below)).verdict == verdict


def test_the_layer_that_is_furthest_off_is_named():
    spoilt = [*CURVE[:3], 0.54, *CURVE[4:]]
    found = compared(published(CURVE), ours(spoilt, spoilt))
    assert found.where == "6 layers; furthest off in layer 3"
    assert (found.published, found.ours) == (0.5, 0.54)
    assert found.reason.startswith("6 of 6 layers within tolerance; peaks in layers 2 (published) and 2 (ours)")


def test_a_curve_of_the_same_shape_at_another_height_holds_in_part():
    found = compared(published(CURVE), ours(*[[value * 0.8 for value in CURVE]] * 2))
    assert found.verdict == "partly"
    assert "rank correlation 1.00" in found.reason


@pytest.mark.parametrize("other", [CURVE[::-1], [0.5] * 6, [0.01, 0.1, 0.5, 0.92, 0.9, 0.6]])
def test_a_falsified_curve_flips_the_verdict(other):
    assert compared(published(CURVE), ours(other, other)).verdict == "fails"


def test_layers_that_tie_are_all_called_the_highest():
    found = compared(published(CURVE), ours(*[[0.2, 0.9, 0.1, 0.9, 0.1, 0.0]] * 2))
    assert "peaks in layers 2 (published) and 1 and 3 (ours)" in found.reason


def test_layers_that_were_not_measured_keep_a_curve_from_holding():
    found = compared(published(CURVE), ours(CURVE[:3], CURVE[:3]))
    assert found.verdict == "partly"
    assert "3 measured" in found.reason

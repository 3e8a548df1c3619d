"""Each kind of claim on readings that fit it, nearly fit it, and do not."""

import pytest
from verdict_cases import claim, curve, readings

from vitatlas.errors import UserError
from vitatlas.verdicts.checks import check
from vitatlas.verdicts.select import NoReadings


def found(what, rows):
    return check(what, readings(rows), str)


def verdict(what, rows):
    return found(what, rows).verdict


def runs(model, *values, **keys):
    return [keys | {"model": model, "run": run, "value": value} for run, value in enumerate(values)]


ORDER = claim(kind="order", steps=[{"model": "a"}, {"model": ["b", "c"]}], by=0.1)


@pytest.mark.parametrize(
    ("a", "b", "c", "expected"),
    [
        ((0.9, 0.92), (0.7, 0.72), (0.6,), "reproduced"),
        ((0.9, 0.92), (0.85, 0.86), (0.6,), "direction only"),  # less than 0.1 apart
        ((0.95, 0.95, 0.95, 0.8), (0.7, 0.7, 0.7, 0.82), (0.6,), "direction only"),  # a run of b is above one of a
        ((0.9, 0.92), (0.87, 0.88), (0.6,), "not reproduced"),  # less than half the margin
        ((0.9, 0.7), (0.78, 0.8), (0.6,), "not reproduced"),  # no further apart than runs are
        ((0.7,), (0.9,), (0.6,), "not reproduced"),
        ((0.9,), (0.9,), (0.6,), "not reproduced"),
    ],
)
def test_order(a, b, c, expected):
    assert verdict(ORDER, runs("a", *a) + runs("b", *b) + runs("c", *c)) == expected


def test_an_order_tells_what_is_wrong_with_it():
    what = found(ORDER, runs("a", 0.7) + runs("b", 0.9) + runs("c", 0.5))
    assert what.text == "a 0.7 ≯ b 0.9, c 0.5"
    assert what.remark == "a 0.7 and b 0.9 are not in this order"


def test_an_order_within_a_model_is_checked_run_by_run():
    what = claim(kind="order", steps=[{"method": "added"}, {"method": "random"}])
    added, random = (0.9, 0.6, 0.3), (0.8, 0.5, 0.2)
    rows = runs("a", *added, method="added") + runs("a", *random, method="random")
    assert verdict(what, rows) == "reproduced"
    other = runs("b", *random, method="random")
    across = claim(kind="order", steps=[{"model": "a"}, {"model": "b"}])
    assert verdict(across, runs("a", *added, method="added") + other) == "not reproduced"


def test_an_order_of_curves_takes_the_best_layers_or_means():
    rows = curve([0.1, 0.9, 0.1], control="none") + curve([0.5, 0.5, 0.5], control="wrong")
    steps = [{"control": "none"}, {"control": "wrong"}]
    assert verdict(claim(kind="order", steps=steps, take="best"), rows) == "reproduced"
    assert verdict(claim(kind="order", steps=steps, take="mean"), rows) == "not reproduced"


def test_an_order_of_parts_of_a_curve():
    halves = claim(kind="order", steps=[{"depth": [0, 0.5]}, {"depth": [0.51, 1]}], take="mean", by=0.5)
    assert verdict(halves, curve([0.9, 0.8, 0.2, 0.1])) == "reproduced"
    assert verdict(halves, curve([0.1, 0.2, 0.8, 0.9])) == "not reproduced"


EQUAL = claim(kind="equal", to=0.5, within=0.05)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((0.5, 0.54), "reproduced"),
        ((0.5, 0.58), "direction only"),  # not in every run
        ((0.58,), "direction only"),  # within twice the margin
        ((0.61,), "not reproduced"),
        ((0.39,), "not reproduced"),
    ],
)
def test_equal(values, expected):
    assert verdict(EQUAL, runs("a", *values)) == expected


@pytest.mark.parametrize(("last", "expected"), [(0.06, "reproduced"), (0.4, "not reproduced")])
def test_equal_to_other_readings_in_late_layers(last, expected):
    what = claim(kind="equal", of={"quantity": "success"}, to={"quantity": "base error"}, within=0.1, depth=[0.8, 1])
    rows = curve([0.9, 0.9, 0.9, 0.9, 0.1, last], quantity="success") + runs("a", 0.02, quantity="base error")
    assert verdict(what, rows) == expected
    assert found(what, rows).where == f"layer {4 if last < 0.1 else 5}, the furthest off"


AT_LEAST = claim(kind="at_least", value=0.85, depth=[0, 0.5])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.5, 0.9, 0.1, 0.1], "reproduced"),
        ([0.5, 0.8, 0.1, 0.1], "direction only"),
        ([0.5, 0.1, 0.9, 0.1], "not reproduced"),  # too late
        ([0.1, 0.1, 0.1, 0.1], "not reproduced"),
    ],
)
def test_at_least(values, expected):
    assert verdict(AT_LEAST, curve(values)) == expected


def stages(*places, layers=6, run=0):
    """Curves of WO, WP and BG that peak in these layers."""
    return [
        row | {"run": run}
        for name, at in zip(("WO", "WP", "BG"), places, strict=True)
        for row in curve([0.9 if layer == at else 0.1 for layer in range(layers)], quantity=name)
    ]


STAGES = {"kind": "peak", "curves": [{"quantity": "WO"}, {"quantity": "WP"}, {"quantity": "BG"}], "in_order": True}


@pytest.mark.parametrize(
    ("places", "expected", "denied"),
    [
        ((1, 2, 4), "reproduced", "not reproduced"),
        ((1, 1, 4), "direction only", "reproduced"),
        ((4, 2, 1), "not reproduced", "reproduced"),
    ],
)
def test_peaks_in_order_and_their_denial(places, expected, denied):
    assert verdict(claim(**STAGES), stages(*places)) == expected
    assert verdict(claim(**STAGES, denied=True), stages(*places)) == denied


def test_peaks_must_be_in_order_in_every_run():
    what = found(claim(**STAGES), stages(1, 2, 4) + stages(1, 2, 4, run=1) + stages(2, 1, 4, run=2))
    assert what.verdict == "direction only"
    assert what.text == "WO in layer 1, WP in layer 2, BG in layer 4 of 6"
    assert what.remark == "in single runs: WO in layer 2, WP in layer 1, BG in layer 4 of 6"


@pytest.mark.parametrize(("at", "expected"), [(0, "reproduced"), (2, "reproduced"), (3, "not reproduced")])
def test_a_peak_in_a_range_of_depth(at, expected):
    rows = curve([0.9 if layer == at else 0.1 for layer in range(6)])
    assert verdict(claim(kind="peak", curves=[{}], depth=[0, 0.5]), rows) == expected


@pytest.mark.parametrize(("at", "expected"), [(2, "reproduced"), (3, "not reproduced"), (1, "not reproduced")])
def test_a_peak_where_another_curve_reaches_its_ceiling(at, expected):
    curves = [{"quantity": "probe", "ceiling": 0.02}, {"quantity": "intervention", "alpha": 1}]
    rows = curve([0.5, 0.8, 0.97, 0.98, 0.98, 0.975], quantity="probe")
    rows += curve([0.9 if layer == at else 0.1 for layer in range(6)], quantity="intervention", alpha=1)
    rows += curve([0.1, 0.1, 0.1, 0.1, 0.1, 0.9], quantity="intervention", alpha=2)
    assert verdict(claim(kind="peak", curves=curves, together=0.1), rows) == expected


def points(*pairs):
    rows = []
    for index, (x, y) in enumerate(pairs):
        rows += [{"model": f"m{index}", "quantity": name, "value": value} for name, value in (("x", x), ("y", y))]
    return rows


def trend(count, **more):
    models = [f"m{index}" for index in range(count)]
    return claim(kind="trend", x={"quantity": "x"}, y={"quantity": "y"}, models=models, **more)


def test_trend():
    line = [(0.1, 0.2), (0.2, 0.31), (0.3, 0.4), (0.4, 0.52), (0.5, 0.6)]
    assert verdict(trend(5), points(*line)) == "reproduced"
    assert verdict(trend(3), points(*line[:3])) == "direction only"  # no interval
    assert verdict(trend(5), points(*[(x, 1 - y) for x, y in line])) == "not reproduced"
    noisy = [(0.1, 0.2), (0.2, 0.9), (0.3, 0.1), (0.4, 0.8), (0.5, 0.9)]
    assert verdict(trend(5), points(*noisy)) == "direction only"
    with pytest.raises(NoReadings, match="do not differ"):
        found(trend(4), points(*[(0.1, 0.5)] * 4))


def test_a_trend_tells_what_is_left_without_the_model_that_it_may_rest_on():
    rows = points((0.9, 0.9), (0.91, 0.8), (0.92, 0.95), (0.93, 0.85), (0.1, 0.1))
    assert "without m4 r = " in found(trend(5, without="m4"), rows).remark


def test_what_was_not_measured_is_told():
    with pytest.raises(NoReadings, match="nothing was measured of c"):
        found(ORDER, runs("a", 0.9) + runs("b", 0.8))


def test_a_claim_that_leaves_open_which_readings_are_meant_is_refused():
    rows = runs("a", 0.5, split="train") + runs("a", 0.5, split="test")
    with pytest.raises(UserError, match="more than one value of a: split differ"):
        found(EQUAL, rows)


def test_a_missing_key_can_be_asked_for():
    what = claim(kind="equal", of={"auxiliary": None}, to=0.5, within=0.05)
    assert verdict(what, runs("a", 0.5) + runs("a", 0.9, auxiliary="both")) == "reproduced"

"""Claims of order and level on readings that fit them, nearly fit them, and do not."""

import math

import pytest
from verdict_cases import claim, curve, in_runs, readings, runs

from vitatlas.errors import UserError
from vitatlas.verdicts.beside import nothing_beside
from vitatlas.verdicts.checks import check
from vitatlas.verdicts.select import NoReadings


def found(what, rows):
    return check(what, readings(rows), str)


def verdict(what, rows):
    return found(what, rows).verdict


ORDER = claim(kind="order", steps=[{"model": "a"}, {"model": ["b", "c"]}], by=0.1)


@pytest.mark.parametrize(
    ("a", "b", "c", "expected"),
    [
        ((0.9, 0.91, 0.92), (0.7, 0.71, 0.72), (0.6, 0.6), "holds"),
        ((0.9, 0.91, 0.92), (0.7, 0.71, 0.72), (0.6,), "one run"),  # c has one
        ((0.9, 0.9, 0.9), (0.84, 0.84, 0.84), (0.6, 0.6), "partly"),  # less than 0.1 apart
        ((0.95, 0.95, 0.95, 0.8), (0.7, 0.7, 0.7, 0.82), (0.6, 0.6), "scattered"),  # a run of b is above one of a
        ((0.9, 0.7, 0.8), (0.6, 0.8, 0.7), (0.5, 0.5), "scattered"),
        ((0.9, 0.9, 0.9), (0.88, 0.88, 0.88), (0.6, 0.6), "fails"),  # less than half the margin
        ((0.7, 0.7), (0.9, 0.9), (0.6, 0.6), "fails"),
        ((0.9, 0.9), (0.9, 0.9), (0.6, 0.6), "fails"),  # a tie
    ],
)
def test_order(a, b, c, expected):
    assert verdict(ORDER, runs("a", *a) + runs("b", *b) + runs("c", *c)) == expected


def test_an_order_tells_what_is_wrong_with_it():
    what = found(ORDER, runs("a", 0.7) + runs("b", 0.9) + runs("c", 0.5))
    assert what.text == "a 0.7 ≯ b 0.9, c 0.5"
    assert what.remark == "a 0.7 and b 0.9 are not in this order"
    tie = claim(kind="order", steps=[{"model": "a"}, {"model": "b"}])
    assert found(tie, runs("a", 0.7) + runs("b", 0.7)).remark == "a 0.7 and b 0.7 are equal"


def test_an_order_within_a_model_is_checked_run_by_run():
    what = claim(kind="order", steps=[{"method": "added"}, {"method": "random"}])
    added, random = (0.9, 0.6, 0.3), (0.8, 0.5, 0.2)
    rows = runs("a", *added, method="added") + runs("a", *random, method="random")
    assert verdict(what, rows) == "holds"
    other = runs("b", *random, method="random")
    across = claim(kind="order", steps=[{"model": "a"}, {"model": "b"}])
    assert verdict(across, runs("a", *added, method="added") + other) == "scattered"


def test_sides_of_a_model_that_share_no_run_are_not_compared():
    what = claim(kind="order", steps=[{"method": "added"}, {"method": "random"}])
    rows = [{"run": 0, "method": "added", "value": 0.9}, {"run": 1, "method": "random", "value": 0.1}]
    with pytest.raises(NoReadings, match="measured in other runs of a"):
        verdict(what, rows)


@pytest.mark.parametrize(("images", "expected"), [(10, "scattered"), (1000, "one run")])
def test_an_order_must_be_surer_than_its_images(images, expected):
    what = claim(kind="order", steps=[{"method": "added"}, {"method": "random"}])
    rows = [{"method": "added", "value": 0.8, "images": images}, {"method": "random", "value": 0.6, "images": images}]
    assert verdict(what, rows) == expected


def test_more_runs_on_the_same_images_do_not_make_images_surer():
    what = claim(kind="order", steps=[{"method": "added"}, {"method": "random"}])
    rows = [{"method": "added", "value": 0.8, "images": 10}, {"method": "random", "value": 0.6, "images": 10}]
    assert verdict(what, in_runs(20, rows)) == "scattered"


def test_an_order_of_curves_takes_the_best_layers_or_means():
    rows = curve([0.1, 0.9, 0.1], control="none") + curve([0.5, 0.5, 0.5], control="wrong")
    steps = [{"control": "none"}, {"control": "wrong"}]
    assert verdict(claim(kind="order", steps=steps, take="best"), in_runs(2, rows)) == "holds"
    assert verdict(claim(kind="order", steps=steps, take="mean"), in_runs(2, rows)) == "fails"


def test_the_best_layer_is_the_one_that_is_best_on_images_set_apart():
    what = claim(kind="order", steps=[{"control": "none"}, {"control": "wrong"}], take="best")
    lucky = [row | {"selection": at} for row, at in zip(curve([0.6, 0.9], control="none"), (0.7, 0.5), strict=True)]
    rows = lucky + curve([0.5, 0.5], control="wrong")
    assert found(what, in_runs(2, rows)).text == "0.6 > 0.5"
    tied = [row | {"selection": 0.7} for row in curve([0.6, 0.9], control="none")]
    assert found(what, in_runs(2, tied + rows[2:])).text == "0.75 > 0.5"


def test_the_best_of_many_layers_is_held_against_the_best_of_as_many_that_hold_nothing():
    few, many = (in_runs(2, curve([0.57] * layers, images=400)) for layers in (1, 60))
    above = claim(kind="at_least", value=0.51)
    assert verdict(above, few) == "holds"
    assert verdict(above, many) != "holds"


def test_of_one_layer_none_is_called_the_best():
    what = claim(kind="order", steps=[{"control": "none"}, {"control": "wrong"}], take="best")
    one = curve([0.9], control="none") + curve([0.5], control="wrong")
    assert found(what, one).where == "layer 0, the only one measured"
    two = curve([0.9, 0.8], control="none") + curve([0.5, 0.5], control="wrong")
    assert found(what, two).where == "best layers"


def test_an_order_of_parts_of_a_curve():
    halves = claim(kind="order", steps=[{"depth": [0, 0.5]}, {"depth": [0.51, 1]}], take="mean", by=0.5)
    assert verdict(halves, in_runs(2, curve([0.9, 0.8, 0.2, 0.1]))) == "holds"
    assert verdict(halves, in_runs(2, curve([0.1, 0.2, 0.8, 0.9]))) == "fails"


@pytest.mark.parametrize(("shared_below", "expected"), [(0, "holds"), (1, "holds"), (2, "one run")])
def test_layers_whose_weights_all_runs_share_are_one_run(shared_below, expected):
    halves = claim(kind="order", steps=[{"depth": [0, 0.5]}, {"depth": [0.51, 1]}], take="mean", by=0.5)
    rows = in_runs(3, curve([0.9, 0.8, 0.2, 0.1], shared_below=shared_below))
    assert verdict(halves, rows) == expected
    early = claim(kind="peak", curves=[{}], depth=[0, 0.5])
    assert verdict(early, rows) == ("one run" if shared_below else "holds")  # the highest is layer 0


BESIDE = [{"split": "train", "by": 0.1}]
EQUAL = claim(kind="equal", of={"split": "test"}, to=0.5, within=0.05, beside=BESIDE)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((0.5, 0.54), "holds"),
        ((0.52,), "one run"),
        ((0.45, 0.55), "scattered"),  # runs differ by more than the margin
        ((0.5, 0.62), "partly"),
        ((0.58,), "partly"),  # within twice the margin
        ((0.61,), "fails"),
        ((0.39,), "fails"),
    ],
)
def test_equal(values, expected):
    assert verdict(EQUAL, runs("a", *values, split="test")) == expected


def test_equal_is_not_told_from_few_images():
    assert verdict(EQUAL, runs("a", 0.5, 0.5, split="test", images=30)) == "scattered"
    assert verdict(EQUAL, runs("a", 0.5, 0.5, split="test", images=3000)) == "holds"


@pytest.mark.parametrize(("elsewhere", "judged"), [(0.9, True), (0.52, False)])
def test_that_nothing_happens_tells_something_only_where_something_does(elsewhere, judged):
    rows = runs("a", 0.5, 0.5, split="test") + runs("a", elsewhere, elsewhere, split="train")
    reason = nothing_beside(EQUAL, readings(rows))
    assert (reason is None) == judged
    assert judged or "a shows no effect where there should be one (0.52 against 0.5)" in reason


@pytest.mark.parametrize(("last", "expected"), [(0.06, "holds"), (0.4, "fails")])
def test_equal_to_other_readings_in_late_layers(last, expected):
    late = {"of": {"quantity": "success"}, "to": {"quantity": "base error"}, "within": 0.1, "depth": [0.8, 1]}
    what = claim(kind="equal", **late, beside=[{"depth": [0, 0.5], "by": 0.3}])
    rows = curve([0.9, 0.9, 0.9, 0.9, 0.1, last], quantity="success") + runs("a", 0.02, quantity="base error")
    rows = in_runs(2, rows)
    assert verdict(what, rows) == expected
    assert found(what, rows).where == f"layer {4 if last < 0.1 else 5}, the furthest off"
    assert nothing_beside(what, readings(rows)) is None
    flat = curve([0.02] * 6, quantity="success") + runs("a", 0.02, quantity="base error")
    assert nothing_beside(what, readings(in_runs(2, flat))) is not None


AT_LEAST = claim(kind="at_least", value=0.85, depth=[0, 0.5])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.5, 0.9, 0.1, 0.1], "holds"),
        ([0.5, 0.8, 0.1, 0.1], "partly"),
        ([0.5, 0.1, 0.9, 0.1], "fails"),  # too late
        ([0.1, 0.1, 0.1, 0.1], "fails"),
    ],
)
def test_at_least(values, expected):
    assert verdict(AT_LEAST, in_runs(2, curve(values))) == expected


def test_what_was_not_measured_is_told():
    with pytest.raises(NoReadings, match="nothing was measured of c"):
        found(ORDER, runs("a", 0.9) + runs("b", 0.8))


@pytest.mark.parametrize("values", [(0.9, math.nan), (math.nan, math.nan)])
def test_what_is_no_number_is_a_reason_and_never_left_out(values):
    with pytest.raises(NoReadings, match=r"what was measured of a, run . is no number"):
        found(ORDER, runs("a", *values) + runs("b", 0.5, 0.5) + runs("c", 0.4, 0.4))


def test_a_run_without_one_of_the_layers_is_a_reason():
    rows = [*curve([0.5, 0.6]), {"run": 1, "layer": 0, "value": 0.5}]
    with pytest.raises(NoReadings, match="nothing was measured of a, run 1, layer 1"):
        found(claim(kind="peak", curves=[{}], depth=[0, 0.5]), rows)


def test_a_claim_that_leaves_open_which_readings_are_meant_is_refused():
    rows = runs("a", 0.5, split="test", pair="one") + runs("a", 0.5, split="test", pair="two")
    with pytest.raises(UserError, match="more than one value of a: pair differ"):
        found(EQUAL, rows)


def test_a_missing_key_can_be_asked_for():
    what = claim(kind="equal", of={"auxiliary": None}, to=0.5, within=0.05, beside=BESIDE)
    assert verdict(what, runs("a", 0.5, 0.5) + runs("a", 0.9, 0.9, auxiliary="both")) == "holds"

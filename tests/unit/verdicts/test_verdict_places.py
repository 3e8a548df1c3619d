"""Claims of place and trend on readings that fit them, nearly fit them, and do not."""

import pytest
from verdict_cases import claim, curve, in_runs, readings

from vitatlas.verdicts.beside import nothing_beside
from vitatlas.verdicts.checks import check
from vitatlas.verdicts.select import NoReadings


def found(what, rows):
    return check(what, readings(rows), str)


def verdict(what, rows):
    return found(what, rows).verdict


def stages(*places, layers=6, run=0, **more):
    """Curves of WO, WP and BG that peak in these layers."""
    return [
        row | {"run": run}
        for name, at in zip(("WO", "WP", "BG"), places, strict=True)
        for row in curve([0.9 if layer == at else 0.1 for layer in range(layers)], quantity=name, **more)
    ]


STAGES = {"kind": "peak", "curves": [{"quantity": "WO"}, {"quantity": "WP"}, {"quantity": "BG"}], "in_order": True}
DENIAL = claim(**STAGES, denied=True, beside={"model": "b"})


@pytest.mark.parametrize(
    ("places", "expected", "denied"),
    [
        ((1, 2, 4), "holds", "fails"),
        ((1, 1, 4), "partly", "holds"),
        ((4, 2, 1), "fails", "holds"),
    ],
)
def test_peaks_in_order_and_their_denial(places, expected, denied):
    rows = in_runs(2, stages(*places))
    assert verdict(claim(**STAGES), rows) == expected
    assert check(DENIAL.model_copy(update={"of": claim(**STAGES).of}), readings(rows), str).verdict == denied


@pytest.mark.parametrize(("elsewhere", "judged"), [((1, 2, 4), True), ((4, 2, 1), False)])
def test_an_order_is_denied_only_where_another_model_shows_it(elsewhere, judged):
    what = claim(**STAGES, of={"model": "a"}, denied=True, beside={"model": "b"})
    rows = in_runs(2, stages(4, 2, 1) + stages(*elsewhere, model="b"))
    assert (nothing_beside(what, readings(rows)) is None) == judged


def test_peaks_that_runs_do_not_agree_on_are_not_told():
    what = found(claim(**STAGES), stages(1, 2, 4) + stages(1, 2, 4, run=1) + stages(2, 1, 4, run=2))
    assert what.verdict == "scattered"
    assert what.text == "WO in layer 1 (or 0, 2, 3, 4, 5), WP in layer 2 (or 0, 1, 3, 4, 5), BG in layer 4 of 6"
    assert what.remark == "layers that may be the highest overlap"


def test_a_flat_curve_has_no_highest_layer():
    flat = in_runs(3, curve([0.5] * 6))
    early = claim(kind="peak", curves=[{}], depth=[0, 0.5])
    assert verdict(early, flat) == "fails"
    assert "layer 0 and 1 and 2 and 3 and 4 and 5" in found(early, flat).text


@pytest.mark.parametrize(("at", "expected"), [(0, "holds"), (2, "holds"), (3, "fails")])
def test_a_peak_in_a_range_of_depth(at, expected):
    rows = curve([0.9 if layer == at else 0.1 for layer in range(6)])
    assert verdict(claim(kind="peak", curves=[{}], depth=[0, 0.5]), in_runs(2, rows)) == expected


def test_a_peak_that_images_do_not_tell_from_one_outside_is_not_measured_well_enough():
    rows = curve([0.9, 0.85, 0.1, 0.89, 0.1, 0.1], images=100)
    assert verdict(claim(kind="peak", curves=[{}], depth=[0, 0.5]), in_runs(2, rows)) == "scattered"


@pytest.mark.parametrize(("at", "expected"), [(2, "holds"), (3, "fails"), (1, "fails")])
def test_a_peak_where_another_curve_reaches_its_ceiling(at, expected):
    curves = [{"quantity": "probe", "ceiling": 0.02}, {"quantity": "intervention", "alpha": 1}]
    rows = curve([0.5, 0.8, 0.97, 0.98, 0.98, 0.975], quantity="probe")
    rows += curve([0.9 if layer == at else 0.1 for layer in range(6)], quantity="intervention", alpha=1)
    rows += curve([0.1, 0.1, 0.1, 0.1, 0.1, 0.9], quantity="intervention", alpha=2)
    assert verdict(claim(kind="peak", curves=curves, together=0.1), in_runs(2, rows)) == expected


def points(*pairs, count=2):
    rows = []
    for index, (x, y) in enumerate(pairs):
        rows += [{"model": f"m{index}", "quantity": name, "value": value} for name, value in (("x", x), ("y", y))]
    return in_runs(count, rows)


def trend(count, **more):
    models = [f"m{index}" for index in range(count)]
    return claim(kind="trend", x={"quantity": "x"}, y={"quantity": "y"}, models=models, **more)


LINE = [(0.1, 0.2), (0.2, 0.31), (0.3, 0.4), (0.4, 0.52), (0.5, 0.6)]


def test_trend():
    assert verdict(trend(5), points(*LINE)) == "holds"
    assert verdict(trend(5), points(*LINE, count=1)) == "one run"
    assert verdict(trend(5), points(*[(x, 1 - y) for x, y in LINE])) == "fails"
    noisy = [(0.1, 0.2), (0.2, 0.9), (0.3, 0.1), (0.4, 0.8), (0.5, 0.9)]
    assert verdict(trend(5), points(*noisy)) == "scattered"
    with pytest.raises(NoReadings, match="do not differ"):
        found(trend(4), points(*[(0.1, 0.5)] * 4))


def test_a_trend_takes_the_same_runs_on_both_axes():
    rows = points(*LINE)
    others = [{"model": f"m{at}", "quantity": "y", "run": 2, "value": 1 - y} for at, (_, y) in enumerate(LINE)]
    assert found(trend(5), rows + others) == found(trend(5), rows)


def test_a_trend_says_of_which_layer_it_is_if_no_other_was_measured():
    rows = [row | ({"layer": 0} if row["quantity"] == "x" else {}) for row in points(*LINE)]
    assert found(trend(5), rows).where == "in layer 0, the only one measured"
    assert found(trend(5), points(*LINE)).where == ""


def test_a_trend_tells_what_is_left_without_the_model_that_it_may_rest_on():
    rows = points((0.9, 0.9), (0.91, 0.8), (0.92, 0.95), (0.93, 0.85), (0.1, 0.1))
    assert "without m4 r = " in found(trend(5, without="m4"), rows).remark

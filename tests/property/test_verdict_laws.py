"""Laws of verdicts, whatever the numbers are."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from verdict_cases import OF_RELATIONS, readings

from vitatlas.verdicts.claim_schema import Order
from vitatlas.verdicts.collect import as_readings
from vitatlas.verdicts.compare import beside, compare
from vitatlas.verdicts.orders import order
from vitatlas.verdicts.words import RANKED

LAW = settings(deadline=None, max_examples=40)
SHARES = st.floats(0, 1).map(lambda value: round(value, 4))
RUNS = st.lists(SHARES, min_size=1, max_size=4)
WORDING = {"id": "claim", "statement": "so", "source": "figure", "confidence": "stated by the paper", "kind": "order"}


def published(values, tolerance=0.05):
    layers = pd.array([pd.NA] if len(values) == 1 else range(len(values)), "Int64")
    return pd.DataFrame({"layer": layers, "value": values, "tolerance": tolerance}).assign(decimals=3, chance=0.5)


def ours(*runs):
    rows = [
        {"run": number, "layer": layer if len(run) > 1 else pd.NA, "value": value}
        for number, run in enumerate(runs)
        for layer, value in enumerate(run)
    ]
    return as_readings([pd.DataFrame(rows)], OF_RELATIONS)


def compared(known, measured):
    return compare(beside(known, measured, ["layer"]), len(known))


def rank(verdict):
    return RANKED.index(verdict)


@LAW
@given(st.lists(SHARES, min_size=1, max_size=12), st.integers(1, 3))
def test_what_was_published_holds_of_itself(values, runs):
    assert compared(published(values), ours(*[values] * runs)).verdict == ("holds" if runs > 1 else "one run")


@LAW
@given(SHARES, SHARES, st.floats(0, 1))
def test_coming_nearer_makes_no_verdict_worse(known, measured, part):
    nearer = known + part * (measured - known)
    before, after = (compared(published([known]), ours([value])).verdict for value in (measured, nearer))
    assert rank(after) <= rank(before)


@LAW
@given(SHARES, st.lists(SHARES, min_size=2, max_size=4), st.floats(1, 4))
def test_runs_that_differ_more_make_no_number_hold(known, runs, wider):
    mean = sum(runs) / len(runs)
    before = compared(published([known]), ours(*([run] for run in runs))).verdict
    after = compared(published([known]), ours(*([mean + wider * (run - mean)] for run in runs))).verdict
    assert before == "holds" or after != "holds"


def verdict_on(steps, by, names):
    rows = [
        {"model": name, "run": run, "value": value}
        for name, runs in zip(names, steps, strict=True)
        for run, value in enumerate(runs)
    ]
    claim = Order(**WORDING, steps=[{"model": name} for name in names], by=by)
    return order(claim, readings(rows), str).verdict


@LAW
@given(RUNS, RUNS)
def test_one_run_is_never_enough(first, second):
    verdict = verdict_on((first, second), 0, ["a", "b"])
    assert verdict != "holds" or min(len(first), len(second)) > 1


@LAW
@given(RUNS, RUNS, st.floats(0, 0.5))
def test_an_order_or_its_reverse_fails(first, second, by):
    verdicts = [verdict_on(steps, by, ["a", "b"]) for steps in ((first, second), (second, first))]
    assert verdicts.count("fails") >= 1


@LAW
@given(RUNS, RUNS, st.floats(0, 0.4), st.floats(0, 0.4))
def test_a_larger_margin_makes_no_order_better(first, second, by, more):
    assert rank(verdict_on((first, second), by + more, ["a", "b"])) >= rank(verdict_on((first, second), by, ["a", "b"]))


@LAW
@given(st.lists(RUNS, min_size=3, max_size=4))
def test_a_longer_chain_is_no_better_than_its_steps(steps):
    names = ["a", "b", "c", "d"][: len(steps)]
    whole = rank(verdict_on(steps, 0, names))
    parts = [rank(verdict_on(steps[i : i + 2], 0, names[i : i + 2])) for i in range(len(steps) - 1)]
    assert whole == max(parts)

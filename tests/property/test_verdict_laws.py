"""Laws of verdicts, whatever the numbers are."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from verdict_cases import readings

from vitatlas.verdicts.claim_schema import Order
from vitatlas.verdicts.compare import beside, compare
from vitatlas.verdicts.orders import order
from vitatlas.verdicts.words import VERDICTS

LAW = settings(deadline=None, max_examples=40)
SHARES = st.floats(0, 1).map(lambda value: round(value, 4))
RUNS = st.lists(SHARES, min_size=1, max_size=4)
WORDING = {"id": "claim", "statement": "so", "source": "figure", "confidence": "stated by the paper", "kind": "order"}


def published(values, tolerance=0.05):
    layers = pd.array([pd.NA] if len(values) == 1 else range(len(values)), "Int64")
    return pd.DataFrame({"layer": layers, "value": values, "tolerance": tolerance}).assign(decimals=3, chance=0.5)


def ours(*runs):
    rows = [(layer if len(run) > 1 else pd.NA, value) for run in runs for layer, value in enumerate(run)]
    return pd.DataFrame(rows, columns=["layer", "value"]).astype({"layer": "Int64"})


def compared(known, measured):
    return compare(beside(known, measured, ["layer"]), len(known))


def rank(verdict):
    return VERDICTS.index(verdict)


@LAW
@given(st.lists(SHARES, min_size=1, max_size=12))
def test_what_was_published_reproduces_itself(values):
    assert compared(published(values), ours(values)).verdict == "reproduced"


@LAW
@given(SHARES, SHARES, st.floats(0, 1))
def test_coming_nearer_makes_no_verdict_worse(known, measured, part):
    nearer = known + part * (measured - known)
    before, after = (compared(published([known]), ours([value])).verdict for value in (measured, nearer))
    assert rank(after) <= rank(before)


@LAW
@given(SHARES, RUNS, SHARES)
def test_one_more_run_never_takes_a_number_out_of_our_spread(known, runs, more):
    before = compared(published([known]), ours(*([run] for run in runs)))
    after = compared(published([known]), ours(*([run] for run in [*runs, more])))
    if min(runs) <= known <= max(runs):
        assert before.verdict == after.verdict == "reproduced"


def verdict_on(steps, by, names):
    rows = [
        {"model": name, "run": run, "value": value}
        for name, runs in zip(names, steps, strict=True)
        for run, value in enumerate(runs)
    ]
    claim = Order(**WORDING, steps=[{"model": name} for name in names], by=by)
    return order(claim, readings(rows), str).verdict


@LAW
@given(RUNS, RUNS, st.floats(0, 0.5))
def test_of_an_order_and_its_reverse_at_most_one_is_reproduced(first, second, by):
    verdicts = [verdict_on(steps, by, ["a", "b"]) for steps in ((first, second), (second, first))]
    assert verdicts.count("not reproduced") >= 1


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

"""The table of verdicts, with the published numbers themselves as the readings: the paper's claims must then hold."""

import math

import pandas as pd
import pytest
from verdict_cases import (
    SWITCHES,
    TITLES,
    judged,
    measured,
    relations,
    relations_as_readings,
    spec,
    verdicts_of_the_paper,
)

from vitatlas.verdicts.judge_claims import claim_rows
from vitatlas.verdicts.judge_numbers import number_rows
from vitatlas.verdicts.measured import Readings

# What the paper's own numbers do not bear out as clearly as its words, and why.
WEAK = {
    "disentanglement/generalisation-rmts/test": "r = 0.62 over five models: the interval holds 0",
    "disentanglement/generalisation-rmts/ood_shape_color": "r = 0.64 over five models: the interval holds 0",
}


COLUMNS = """
id artifact statement kind model ours_model task setting where published tolerance ours sd runs place verdict reason
by_chance confidence source scale about
"""


@pytest.fixture(scope="module")
def of_the_paper():
    """Verdicts on the published numbers, as if we had measured them in three runs, as the authors did."""
    return verdicts_of_the_paper().set_index("id")


def attempted(rows):
    return rows[rows["verdict"] != "not attempted"]


def test_every_published_number_holds_of_itself(of_the_paper):
    numbers = attempted(of_the_paper[of_the_paper["about"] == "number"])
    assert set(numbers["verdict"]) == {"holds"}
    models = {model for model in relations().table()["model"] if "obj16" not in model}
    assert set(numbers["model"]) == models


def test_the_papers_claims_hold_of_its_own_numbers(of_the_paper):
    claims = attempted(of_the_paper[of_the_paper["about"] == "claim"])
    assert len(claims) >= 55
    weaker = claims[claims["verdict"] != "holds"]["verdict"].to_dict()
    assert weaker == dict.fromkeys(WEAK, "scattered")


def test_one_run_bears_nothing_out():
    of_one_run = judged(measured(1), spec(switched=SWITCHES))
    assert set(attempted(of_one_run)["verdict"]) == {"one run", "scattered"}


def test_runs_that_differ_bear_no_number_out():
    readings = measured(2)
    zero_or_one = readings.assign(value=readings["run"].astype(float))
    shares = judged(zero_or_one, spec(switched=SWITCHES)).query("about == 'number' and kind != 'peak'")
    assert len(attempted(shares)) > 500 and "holds" not in set(shares["verdict"])
    half = readings.assign(value=readings["value"].where(readings["run"] == 1, 0.5))
    good = judged(half, spec(switched=SWITCHES)).query("about == 'number' and kind != 'peak' and verdict == 'holds'")
    assert ((good["published"] - 0.5).abs() <= 1.5 * good["tolerance"]).all()  # what was published is one half


def test_what_is_said_to_be_contradicted_is(of_the_paper):
    contradicted = [claim for claim in relations().claims if claim.contradicted]
    assert len(contradicted) >= 15
    without = [claim.model_copy(update={"contradicted": None}) for claim in contradicted]
    solved = relations().content.solved
    known = Readings(relations_as_readings())
    rows = claim_rows(without, Readings(measured()), known, spec(), solved)
    verdicts = {row["verdict"] for row in rows}
    assert verdicts <= {"fails", "partly"}
    assert set(of_the_paper.loc[[claim.id for claim in contradicted], "verdict"]) == {"not attempted"}


def test_columns_and_ids(of_the_paper):
    assert ["id", *of_the_paper.columns] == COLUMNS.split()
    assert of_the_paper.index.is_unique
    assert of_the_paper["reason"][of_the_paper["verdict"] == "not attempted"].notna().all()


def falsified(where, value):
    """The published numbers as readings of three runs, one of them changed."""
    readings = measured().copy()
    rows = readings.query(where).index
    assert len(rows) > 0, where
    readings.loc[rows, "value"] = value
    return readings


def row_of(name, readings, own=None):
    """The row of one claim."""
    chosen = [claim for claim in relations().claims if claim.id == name]
    known = Readings(relations_as_readings())
    (row,) = claim_rows(chosen, Readings(readings), known, own or spec(), relations().content.solved)
    return row


def verdict_on(name, readings):
    return row_of(name, readings)["verdict"]


ACCURACY = "analysis == 'behaviour' and task == 'rmts' and setting == '256' and split == 'test_iid'"
SUCCESS = "analysis == 'das' and model == 'clip_b16' and task == 'rmts' and setting == '256' and property == 'shape'"
PROBED = "analysis == 'probe' and model == 'clip_b16' and setting == '256' and pair == 'mean' and split == 'test_iid'"
NOVEL = "analysis == 'novel' and model == 'clip_b16' and task == 'discrimination' and property == 'shape'"
SCRATCH = "analysis == 'auxiliary' and model == 'scratch_b16' and setting == '32' and quantity == 'accuracy'"


@pytest.mark.parametrize(
    ("claim", "where", "value"),
    [
        ("accuracy/clip-and-dinov2-first/rmts/256/test_iid", f"{ACCURACY} and model == 'clip_b16'", 0.8),
        ("accuracy/scratch-last-on-rmts/256/test_iid", f"{ACCURACY} and model == 'scratch_b16'", 0.97),
        ("accuracy/scratch-rmts-at-chance/256/test_iid", f"{ACCURACY} and model == 'scratch_b16'", 0.7),
        ("das/high-early/clip_b16/rmts/shape", f"{SUCCESS} and control == 'none' and layer <= 4", 0.4),
        ("das/best-layer-early/clip_b16/rmts/shape", f"{SUCCESS} and control == 'none' and layer == 9", 0.99),
        ("das/over-wrong-object/clip_b16/rmts/shape", f"{SUCCESS} and control == 'wrong_object' and layer == 3", 0.95),
        ("das/nothing-late/clip_b16/rmts/shape", f"{SUCCESS} and control == 'none' and layer == 9", 0.7),
        ("novel/order-of-methods/clip_b16/discrimination/shape", f"{NOVEL} and method == 'random'", 0.99),
        ("probe/read-where-steered/clip_b16", f"{PROBED} and quantity == 'intervention' and layer == 8", 0.99),
        ("probe/steered-over-control/clip_b16", f"{PROBED} and quantity == 'control' and layer == 2", 0.99),
        ("probe/no-longer-steered-late/clip_b16", f"{PROBED} and quantity == 'intervention' and layer == 9", 0.5),
        ("probe/control-low", f"{PROBED} and quantity == 'control' and layer == 6", 0.5),
        (
            "disentanglement/generalisation/test",
            "analysis == 'disentanglement' and model == 'scratch_b16'",
            0.99,
        ),
        ("auxiliary/either-helps/test/disentanglement", f"{SCRATCH} and auxiliary == 'disentanglement'", 0.5),
    ],
)
def test_a_falsified_value_flips_the_verdict_on_a_claim(of_the_paper, claim, where, value):
    assert of_the_paper.loc[claim, "verdict"] == "holds"
    assert verdict_on(claim, falsified(where, value)) == "fails"


def test_a_falsified_value_flips_the_verdict_on_a_number(of_the_paper):
    name = "behaviour/clip_b16/rmts/256/accuracy/test_iid"
    assert of_the_paper.loc[name, "verdict"] == "holds"
    table, content = relations().table().query(f"id == '{name}'"), relations().content
    for value, expected in ((0.97, "holds"), (0.8, "partly"), (0.5, "fails")):
        (row,) = number_rows(table, falsified(f"{ACCURACY} and model == 'clip_b16'", value), spec(), content)
        assert row["verdict"] == expected
        assert row["statement"] == "CLIP ViT-B/16, RMTS with 256 combinations: behaviour, accuracy, seen combinations"


@pytest.mark.parametrize("runs", [[0], [0, 1, 2]])
def test_a_run_that_is_no_number_is_a_reason_and_breaks_nothing(runs):
    where = f"{ACCURACY} and model == 'clip_b16' and run in {runs}"
    table = relations().table().query("id == 'behaviour/clip_b16/rmts/256/accuracy/test_iid'")
    (row,) = number_rows(table, falsified(where, math.nan), spec(), relations().content)
    assert (row["verdict"], "no number" in row["reason"]) == ("not attempted", True)
    claim = row_of("accuracy/scratch-last-on-rmts/256/test_iid", falsified(where, math.nan))
    assert claim["verdict"] == "not attempted"


def test_accuracy_on_seen_combinations_is_held_against_the_split_on_which_it_was_read():
    name = "behaviour/clip_b16/rmts/32/accuracy/test_iid"
    table, content = relations().table().query(f"id == '{name}'"), relations().content
    theirs = measured().query("analysis == 'behaviour' and model == 'clip_b16' and split == 'test'")
    ours = falsified("analysis == 'behaviour' and setting == '32' and split == 'test_iid'", 0.5)
    (row,) = number_rows(table, ours, spec(), content)
    assert row["verdict"] == "not attempted" and "split of unseen combinations" in row["reason"]
    read_so = theirs.assign(split="test_iid", under="seen_accuracy")
    (row,) = number_rows(table, pd.concat([ours, read_so]), spec(), content)
    assert (row["verdict"], row["ours"]) == ("holds", pytest.approx(0.983))


@pytest.fixture(scope="module")
def of_miniatures():
    """Verdicts where the paper's CLIP is measured under the name of the model that stands in for it, and so on."""
    own = spec("miniature")
    readings = measured().assign(model=lambda table: table["model"].map(lambda name: own.ours(name)))
    keys = [key for key in readings if key != "value"]
    return judged(readings.drop_duplicates(keys), own).set_index("id")


def test_miniatures_are_never_compared_with_published_values(of_miniatures):
    assert set(of_miniatures["scale"]) == {"miniature"}
    numbers = of_miniatures[of_miniatures["about"] == "number"]
    assert set(numbers["verdict"]) == {"not attempted"}
    assert set(of_miniatures[of_miniatures["kind"] == "at_least"]["verdict"]) == {"not attempted"}
    reasons = numbers["reason"][~numbers["model"].str.contains("obj16")]
    assert all(reason.startswith("miniature: values are compared where") for reason in reasons)


def test_claims_that_coincide_are_judged_once_and_say_with_which(of_miniatures):
    same = of_miniatures.loc["das/best-layer-early/clip_b16/rmts/shape"]
    assert (same["verdict"], same["ours_model"]) == ("holds", "mini-objects")
    reason = of_miniatures.loc["probe/read-where-steered/dinov2_b14", "reason"]
    assert reason == "with these models the same as probe/read-where-steered/clip_b16"


def test_a_model_is_not_compared_with_itself():
    own = spec("miniature", stand_ins={**spec("miniature").stand_ins, "scratch_b16": "mini-objects"})
    row = row_of("accuracy/scratch-last-on-rmts/256/test_iid", measured(), own)
    assert row["reason"] == "mini-objects stands for models on both sides"


def test_a_model_that_does_not_solve_the_task_is_not_looked_into():
    readings = falsified(f"{ACCURACY} and model == 'clip_b16'", 0.52)
    row = row_of("das/best-layer-early/clip_b16/rmts/shape", readings)
    assert row["verdict"] == "not attempted"
    assert "does not solve RMTS (accuracy 0.52)" in row["reason"]


@pytest.mark.parametrize("scale", ["paper", "miniature"])
def test_without_any_table_nothing_is_attempted_and_every_row_says_why(scale):
    found = judged(measured().iloc[:0], spec(scale))
    assert set(found["verdict"]) == {"not attempted"}
    assert found["reason"].str.len().gt(10).all()


def test_an_artifact_that_the_tier_does_not_make_is_named():
    own = spec(unmade={"figure_03": "made in: demo"})
    readings = measured().query("analysis != 'das'")
    assert (
        row_of("das/high-early/clip_b16/rmts/shape", readings, own)["reason"] == "figure_03 is not made: made in: demo"
    )
    table = relations().table().query("series == 'das/clip_b16/rmts/256/shape/none/success/test_iid'")
    (number,) = number_rows(table, readings, own, relations().content)
    assert number["reason"] == "figure_03 is not made: made in: demo"


def test_what_is_not_known_is_listed_with_its_reason(of_the_paper):
    rows = of_the_paper[of_the_paper["about"] == "unknown"]
    assert len(rows) == len(relations().unknown) >= 8
    assert rows["reason"].str.startswith("not known: ").all()
    assert pd.isna(rows["ours"]).all()


def test_a_trend_is_not_judged_where_too_few_models_are_left(of_the_paper):
    few = judged(measured(), spec(stand_ins=dict.fromkeys(TITLES, "clip_b16")))
    trends = few[few["kind"] == "trend"]
    assert len(trends) and trends["reason"].str.fullmatch("the tier has 1 models for it; a trend needs 4").all()

"""The numbers that documents quote: means over runs of what tables hold."""

from __future__ import annotations

import pandas as pd
import pytest
from artifact_tables import attention_table, behavior_table
from intervention_tables import das_table, novel_table, probe_table

from vitatlas.errors import UserError
from vitatlas.relations.facts.numbers import COLUMNS, numbers


def tables() -> dict[str, pd.DataFrame]:
    """Tables of one model, as a finished run has them."""
    behaviour = behavior_table("mini-objects", "discrimination", "256")
    return {
        "behaviour": behaviour[behaviour["split"] != "photoreal"],
        "photoreal_behaviour": behaviour[behaviour["split"] == "photoreal"],
        "auxiliary": behavior_table("mini-scratch", "discrimination", "32").assign(auxiliary="both"),
        "attention": attention_table("mini-objects", "discrimination"),
        "das": das_table("mini-objects", "rmts", splits=("train", "val", "test_iid")).assign(steps=120),
        "novel": novel_table("mini-objects", "rmts"),
        "probe": probe_table("mini-objects"),
    }


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return numbers(tables())


def test_a_kind_of_table_that_lacks_is_named():
    given = tables()
    del given["probe"], given["das"]
    with pytest.raises(UserError, match="kinds: das, probe"):
        numbers(given)


def test_every_fact_is_there_once(found):
    assert list(found.columns) == list(COLUMNS)
    assert set(found["fact"]) == {"accuracy", "auxiliary", "attention", "das", "novel", "probe"}
    assert not found.duplicated([name for name in COLUMNS if name not in ("value", "sd", "runs", "n")]).any()
    assert (found["runs"] == 3).all()


def test_an_accuracy_is_the_mean_of_the_best_weights_over_runs(found):
    given = tables()["behaviour"].query("checkpoint == 'best' and metric == 'accuracy' and split == 'test'")["value"]
    row = found.query("fact == 'accuracy' and split == 'test'").iloc[0]
    assert row["value"] == pytest.approx(given.mean()) and row["sd"] == pytest.approx(given.std())
    assert row["n"] == 1000


def test_pairs_made_the_same_are_counted_apart_and_over_both_pairs(found):
    given = tables()["das"].query("split == 'test_iid' and layer == 1 and property == 'shape' and control == 'none'")
    same = given[given["direction"] == "different-to-same"]
    rows = found.query("fact == 'das' and split == 'test_iid' and property == 'shape' and method == 'none'")
    by_quantity = rows[rows["layer"] == 1].set_index("quantity")
    assert by_quantity.loc["success", "value"] == pytest.approx(given["accuracy"].mean())
    assert by_quantity.loc["made same", "value"] == pytest.approx(same["accuracy"].mean())
    assert by_quantity.loc["success", "n"] == 2 * by_quantity.loc["made same", "n"] == 2000


def test_a_model_in_which_nothing_was_searched_has_no_success_and_no_novel_vectors():
    given = tables()
    given["das"] = given["das"].assign(steps=0)
    assert not {"das", "novel"} & set(numbers(given)["fact"])


def test_accuracies_are_of_images_that_nothing_was_chosen_by(found):
    assert not {"train", "val"} & set(found.query("fact in ('accuracy', 'auxiliary')")["split"])


def test_peaks_are_in_order_in_a_share_of_runs(found):
    rows = found.query("fact == 'attention'").set_index("quantity")["value"]
    assert rows["WO"] < rows["WP"] < rows["BG"] and rows["in order"] == 1
    mixed = tables()
    swap = {"WO": "BG", "BG": "WO"}
    table = mixed["attention"]
    table.loc[table["run"] == 0, "quantity"] = table["quantity"].replace(swap)
    assert numbers(mixed).query("quantity == 'in order'")["value"].item() == pytest.approx(2 / 3)


def test_novel_vectors_are_told_by_the_pairs_that_they_make_the_same(found):
    given = tables()["novel"].query("layer == 0 and property == 'color' and method == 'added'")
    (row,) = found.query("fact == 'novel' and layer == 0 and property == 'color' and method == 'added'").itertuples()
    assert row.quantity == "made same" and row.value == pytest.approx(given["made_same"].mean())


def test_probes_are_of_both_pairs_at_scale_one(found):
    rows = found.query("fact == 'probe' and layer == 2")
    assert sorted(rows["quantity"]) == ["control", "intervention", "probe"]
    given = tables()["probe"].query("layer == 2 and pair == 'mean' and split == 'test_iid'")
    moved = given.query("quantity == 'intervention' and alpha == 1")["value"].mean()
    assert rows.set_index("quantity").loc["intervention", "value"] == pytest.approx(moved)

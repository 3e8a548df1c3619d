"""Readings of what units are selective for, from made-up tables."""

from __future__ import annotations

import pandas as pd
import pytest
from selectivity_tables import layers_table

from vitatlas.features.keys import KEYS
from vitatlas.features.reading.units import selectivity
from vitatlas.verdicts.collect import as_readings
from vitatlas.verdicts.keys import Keys


def of(found: pd.DataFrame, quantity: str, attribute: str = "category", control: str | None = None) -> pd.DataFrame:
    fits = found["control"].isna() if control is None else found["control"] == control
    return found[(found["quantity"] == quantity) & (found["attribute"] == attribute) & fits]


def test_a_mean_over_units_has_the_error_of_its_interval_and_its_null_beside_it() -> None:
    found = selectivity(layers_table("one"))
    eta2 = of(found, "eta2")
    assert eta2["layer"].tolist() == [0, 1, 2, 3]
    assert eta2["value"].tolist() == pytest.approx([0.05, 0.1, 0.15, 0.2])
    assert eta2["error"].tolist() == pytest.approx([0.04 / (2 * 1.96)] * 4, rel=1e-3)
    null = of(found, "eta2", control="permuted")
    assert null["value"].tolist() == [0.004] * 4
    assert null["error"].tolist() == [0.0] * 4
    assert of(found, "share_of_eta2", control="permuted").empty


def test_a_share_is_one_of_so_many_units() -> None:
    share = of(selectivity(layers_table("one", share_selective=0.5)), "share_selective")
    assert share["images"].tolist() == [100] * 4
    assert share["error"].isna().all()
    assert share["chance"].tolist() == [0.0] * 4


@pytest.mark.parametrize("layers", [3, 5])
def test_a_trend_has_no_layer_and_stands_beside_orders_at_random(layers: int) -> None:
    found = selectivity(layers_table("one", layers))
    (rho,) = of(found, "progression_share").to_dict("records")
    assert rho["value"] == 1.0 and pd.isna(rho["layer"])
    (null,) = of(found, "progression_share", control="random order").to_dict("records")
    assert (null["value"], null["error"]) == (0.0, pytest.approx((layers - 1) ** -0.5))


def test_only_the_papers_score_counts_and_units_behind_a_non_linearity() -> None:
    table = layers_table("one")
    other = layers_table("one", layers=2, site="attn.k", eta2=0.9)
    louder = table.assign(value=table["value"].where(table["by"] == "mean", 0.9))
    pd.testing.assert_frame_equal(selectivity(pd.concat([louder, other])), selectivity(table))


def test_each_reading_is_told_apart_by_its_keys() -> None:
    runs = pd.concat([layers_table("one"), layers_table("one", run=1)])
    keys = Keys(keys=KEYS)
    found = as_readings([selectivity(runs).assign(shared_below=0)], keys)
    assert not found.duplicated([*keys.names, "run"]).any()

"""Readings of what visualisations are worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from place_tables import MODEL, quality_rows, quality_sites

from vitatlas.features.keys import KEYS
from vitatlas.features.reading import places
from vitatlas.statistics.correlation import NORMAL_95
from vitatlas.verdicts.collect import as_readings
from vitatlas.verdicts.keys import Keys
from vitatlas.verdicts.measured import Readings


def one(found: pd.DataFrame, **wanted: Any) -> pd.Series:
    rows = found
    for key, value in wanted.items():
        rows = rows[rows[key].isna() if value is None else rows[key] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def gallery(works: dict[int, tuple[float, int]], quantity: str = "works") -> pd.DataFrame:
    """A set of three layers, with values and numbers of features by layer."""
    table = quality_rows([{"layer": layer} for layer in works], [quantity])
    values, counts = zip(*works.values(), strict=True)
    return table.assign(value=values, n=counts, low=np.array(values) - 0.196, high=np.array(values) + 0.196)


def test_errors_are_those_of_the_intervals() -> None:
    table = quality_sites()
    found = one(places.quality_sites(table), site="attn.k", layer=4, control="sd", quantity="agreement")
    row = table[(table["site"] == "attn.k") & (table["layer"] == 4) & (table["set"] == "sd")]
    row = row[row["quantity"] == "agreement"].iloc[0]
    assert found["value"] == row["value"]
    assert found["error"] == pytest.approx((row["high"] - row["low"]) / 2 / NORMAL_95)


def test_what_is_of_two_layers_has_no_layer() -> None:
    found = places.quality_sites(quality_sites())
    assert found.loc[found["quantity"] == "told_apart", "layer"].isna().all()
    assert found.loc[found["quantity"] == "agreement", "layer"].notna().all()


def test_the_surplus_over_the_feed_forward_layer_is_of_the_same_depth_and_set() -> None:
    found = places.quality_sites(quality_sites())
    gap = one(found, site="attn.v", layer=1, control="activation", quantity=places.GAP)
    ours, theirs = (
        one(found, site=site, layer=1, control="activation", quantity="high_frequency")
        for site in ("attn.v", "mlp.act")
    )
    assert gap["value"] == pytest.approx(ours["value"] - theirs["value"])
    assert gap["error"] == pytest.approx(np.hypot(ours["error"], theirs["error"]))
    assert "mlp.act" not in set(found.loc[found["quantity"] == places.GAP, "site"])


def test_layers_weigh_by_their_features() -> None:
    found = places.quality_gallery(gallery({0: (1.0, 6), 1: (0.5, 2), 2: (float("nan"), 0)}))
    whole = one(found, quantity="works", layer=None)
    assert whole["value"] == pytest.approx((6 * 1.0 + 2 * 0.5) / 8)
    assert whole["error"] == pytest.approx(0.1 * np.hypot(6, 2) / 8, rel=1e-3)


def test_guessing_finds_one_of_as_many_features() -> None:
    found = places.quality_gallery(gallery({0: (0.9, 8), 1: (0.8, 4)}, "partner"))
    chance = one(found, quantity="partner", control="first, chance", layer=None)
    assert chance["value"] == pytest.approx((8 / 8 + 4 / 4) / 12) and chance["error"] == 0
    assert one(found, quantity="partner", control="first", layer=None)["value"] == pytest.approx((7.2 + 3.2) / 12)


def test_measures_that_have_no_chance_have_none() -> None:
    found = places.quality_gallery(gallery({0: (0.9, 8)}))
    assert set(found["control"]) == {"first"}


def test_of_several_weights_the_mean_is_read() -> None:
    table = pd.concat([gallery({0: (0.2, 6)}), gallery({0: (0.8, 6)}).assign(weight=1.0)])
    assert one(places.quality_gallery(table), quantity="works", layer=0)["value"] == pytest.approx(0.5)


@pytest.mark.parametrize("group", ["departures", "parametrisations"])
def test_sets_are_controls(group: str) -> None:
    table = quality_rows([{"set": name} for name in ("one", "other")], ["agreement"])
    found = getattr(places, f"quality_{group}")(table)
    assert found["control"].tolist() == ["one", "other"] and set(found["analysis"]) == {f"quality_{group}"}


def test_readings_fit_the_keys_of_the_paper() -> None:
    parts = [places.quality_sites(quality_sites()), places.quality_gallery(gallery({0: (0.9, 8)}, "partner"))]
    readings = Readings(as_readings(parts, Keys(keys=list(KEYS))))
    wanted = {"analysis": "quality_sites", "site": "attn.k", "control": "sd", "quantity": "high_frequency"}
    assert readings.curves(wanted)[MODEL].layers == (1, 4)

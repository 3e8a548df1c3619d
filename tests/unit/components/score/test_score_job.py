"""The job that scores components, on contributions in which single components carry planted features."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from planted_components import CARRIERS, VALUES, Planted, job

from vitatlas.components.score.job import component_scores
from vitatlas.components.score.spec import ScoresSpec
from vitatlas.errors import UserError

SPEC = ScoresSpec(
    name="planted",
    run=0,
    texts=2,
    labels={name: name for name in VALUES},
    values=VALUES,
    similarity="cosine",
    own_space=False,
)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("scores")
    component_scores(job(SPEC, Planted(folder).files, {"table": folder / "scores.parquet"}))
    return pd.read_parquet(folder / "scores.parquet")


@pytest.mark.parametrize("quantity", ["score", "invariant", "variance", "proxy", "decodability", "lost"])
def test_the_component_that_carries_a_feature_is_first(table: pd.DataFrame, quantity: str) -> None:
    for feature, carrier in CARRIERS.items():
        rows = table[(table["quantity"] == quantity) & (table["feature"] == feature) & (table["component"] >= 0)]
        values = rows.set_index("component")["value"]
        assert values.idxmax() == carrier
        assert values[carrier] > values.drop(carrier).max() + 0.1


def test_the_whole_holds_both_features_and_bias_has_no_score(table: pd.DataFrame) -> None:
    whole = table[(table["quantity"] == "decodability") & (table["component"] == -1)]
    assert set(whole["feature"]) == set(VALUES) and (whole["value"] > 0.4).all() and (whole["name"] == "z").all()
    assert "bias" not in set(table.loc[table["quantity"] == "score", "name"])


def test_rank_correlations_have_intervals_and_are_of_all_pictures(table: pd.DataFrame) -> None:
    order = table[table["quantity"] == "component_order"]
    assert sorted(order["feature"]) == sorted(VALUES)
    known = order.dropna(subset="low")  # there is no interval around 1
    assert len(known) and (known["low"] <= known["value"]).all() and (known["value"] <= known["high"]).all()
    assert set(table.loc[table["quantity"] == "score", "n"]) == {120}
    assert set(table.loc[table["quantity"] == "halves", "n"]) == {60}


def test_what_labels_say_is_of_the_pictures_that_have_the_feature(tmp_path: Path) -> None:
    planted = Planted(tmp_path)
    place = planted.files["contributions"][1]
    few = planted.pictures["part"].eq("test") & (planted.pictures.index % 3 == 0)
    planted.pictures.assign(color=planted.pictures["color"].mask(few, "none of these")).to_parquet(place)
    component_scores(job(SPEC, planted.files, {"table": tmp_path / "scores.parquet"}))
    found = pd.read_parquet(tmp_path / "scores.parquet")
    follows = [f"{first}_follows_{by}" for first in ("score", "variance", "size") for by in ("decodability", "lost")]
    for quantity in ("decodability", "lost", *follows):
        rows = found[found["quantity"] == quantity]
        assert rows.groupby("feature")["n"].agg(set).to_dict() == {"color": {60}, "location": {90}}
    assert set(found.loc[found["quantity"] == "feature_follows_decodability", "n"]) == {60}


def test_pictures_in_another_order_are_refused(tmp_path: Path) -> None:
    planted = Planted(tmp_path)
    planted.pictures.iloc[::-1].to_parquet(planted.files["targets"][1])
    with pytest.raises(UserError, match="not of the same pictures"):
        component_scores(job(SPEC, planted.files, {"table": tmp_path / "scores.parquet"}))
    assert not (tmp_path / "scores.parquet").exists()


def test_pictures_without_labels_have_scores_alone(tmp_path: Path) -> None:
    spec = SPEC.model_copy(update={"labels": {}, "values": {}})
    component_scores(job(spec, Planted(tmp_path).files, {"table": tmp_path / "scores.parquet"}))
    quantities = set(pd.read_parquet(tmp_path / "scores.parquet")["quantity"])
    assert "score" in quantities and not quantities & {"decodability", "lost", "score_follows_decodability"}


def test_an_attribute_that_pictures_lack_is_named(tmp_path: Path) -> None:
    spec = SPEC.model_copy(update={"labels": {"color": "colour of the sky", "location": "location"}})
    with pytest.raises(UserError, match="colour of the sky"):
        component_scores(job(spec, Planted(tmp_path).files, {"table": tmp_path / "scores.parquet"}))

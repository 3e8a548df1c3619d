"""Pictures by text, on an encoder in which components with and without a feature are planted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from planted_pictures import FEATURES, NAMES, TEST, arguments, by_text_spec, pictures, scores, written

from vitatlas.artifacts.pixels import pixels
from vitatlas.components.retrieve.by_text import COLUMNS, retrieval_by_text
from vitatlas.components.retrieve.spec import ByTextSpec
from vitatlas.errors import UserError
from vitatlas.images.world.render import Renderer
from vitatlas.jobs.job import parse

CHANCE = 1 / 8


def made(folder: Path, files: dict[str, list[str]], **changes: object) -> pd.DataFrame:
    path = folder / "by_text.parquet"
    retrieval_by_text(parse(ByTextSpec, arguments(files, path, by_text_spec(**changes))))
    return pd.read_parquet(path)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return written(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def table(files, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return made(tmp_path_factory.mktemp("found"), files)


def of(table: pd.DataFrame, quantity: str, feature: str = "location") -> pd.DataFrame:
    return table[(table["quantity"] == quantity) & (table["feature"] == feature)]


def test_a_column_holds_the_components_of_next_best_score(table) -> None:
    found = of(table, "score").sort_values("column")
    assert found["components"].iloc[0] == "location.1, location.2"
    assert found["components"].iloc[-1] == "init"  # which has no score
    names = ", ".join(found["components"]).split(", ")
    assert sorted(names) == sorted(NAMES)
    known = scores().query("feature == 'location' and quantity == 'score'").set_index("name")["value"]
    assert found["value"].iloc[0] == pytest.approx(known[["location.1", "location.2"]].mean())


@pytest.mark.parametrize("feature", FEATURES)
def test_components_that_carry_a_feature_find_it_and_the_others_do_not(table, feature) -> None:
    found = of(table, "column", feature).sort_values("column")
    assert found["value"].iloc[0] > 0.9
    assert found["value"].iloc[1:].max() < 0.4
    assert found["chance"].iloc[0] == pytest.approx(CHANCE)
    assert (found["n"] == len(FEATURES[feature])).all()
    thirds = of(table, "third", feature).set_index("place")["value"]
    assert thirds["first"] > thirds["middle"] + 0.2
    assert of(table, "can", feature)["value"].item() == pytest.approx(1 / len(found))


def test_precision_by_text_is_recomputed_with_numpy(table) -> None:
    test = pictures().query("part == 'test'").reset_index(drop=True)
    for text, rows in of(table, "precision").groupby("text"):
        assert rows["chance"].iloc[0] == pytest.approx((test["location"] == text).mean())
    means = of(table, "precision").groupby("column")["value"]
    column = of(table, "column").set_index("column")
    np.testing.assert_allclose(column["value"], means.mean())
    np.testing.assert_allclose(column["error"], means.std() / np.sqrt(means.size()))


def test_thumbnails_are_the_pictures_of_the_ids_and_marks_say_what_they_show(table) -> None:
    rows = of(table, "picture")
    test = pictures().query("part == 'test'").set_index("picture", drop=False)
    assert rows.groupby(["text", "column"])["rank"].apply(list).map(lambda ranks: ranks == [0, 1, 2]).all()
    for row in rows.sample(20, random_state=0).to_dict("records"):
        scene = test.loc[[row["picture"]]]
        drawn = Renderer(32)(scene)[0].permute(1, 2, 0).numpy()
        np.testing.assert_array_equal(pixels(row["png"]), drawn)
        assert row["right"] == (scene["location"].item() == row["text"])
    assert rows.query("column == 0")["right"].all()
    assert table.loc[table["quantity"] != "picture", "png"].isna().all()


def test_equal_pictures_come_in_their_order(table) -> None:
    last = of(table, "picture").query("column == @table.column.max()").sort_values(["text", "rank"])
    first = pictures().query("part == 'test'")["picture"].head(3).tolist()
    assert last["picture"].tolist() == first * 2  # `init` says the same of all pictures


def test_the_probe_of_the_whole_stands_beside(table) -> None:
    row = of(table, "read_by_probe")
    assert (row["value"].item(), row["chance"].item(), row["n"].item()) == (0.9, 0.125, TEST.scenes)
    assert list(table) == [*COLUMNS, "model", "run"]


def test_where_nothing_is_known_pictures_are_shown_without_a_verdict(files, tmp_path) -> None:
    found = made(tmp_path, files, labels={})
    assert set(found["quantity"]) == {"score", "picture", "read_by_probe"}
    assert found["right"].isna().all() and len(found.query("quantity == 'picture'")) == 6 * 6


def test_scores_of_other_components_are_refused(files, tmp_path) -> None:
    other = scores().replace({"name": {"color.1": "color.2", "color.2": "color.1"}})
    other.to_parquet(tmp_path / "other.parquet")
    with pytest.raises(UserError, match="scores are of"):
        made(tmp_path, {**files, "scores": [str(tmp_path / "other.parquet")]})


def test_a_feature_without_scores_is_refused(files, tmp_path) -> None:
    with pytest.raises(UserError, match="unknown feature 'shape'"):
        made(tmp_path, files, shown={"shape": ["round"]})

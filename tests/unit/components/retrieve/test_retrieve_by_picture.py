"""Pictures by picture, on an encoder in which components with and without a feature are planted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from planted_pictures import FEATURES, NAMES, TEST, arguments, by_picture_spec, pictures, scores, vectors, written

from vitatlas.artifacts.pixels import pixels
from vitatlas.components.retrieve.by_picture import retrieval_by_picture
from vitatlas.components.retrieve.spec import ByPictureSpec
from vitatlas.errors import UserError
from vitatlas.images.world.render import Renderer
from vitatlas.jobs.job import parse


def made(folder: Path, files: dict[str, list[str]], **changes: object) -> pd.DataFrame:
    path = folder / "by_picture.parquet"
    retrieval_by_picture(parse(ByPictureSpec, arguments(files, path, by_picture_spec(**changes))))
    return pd.read_parquet(path)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return written(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def table(files, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return made(tmp_path_factory.mktemp("found"), files)


def test_the_components_of_largest_gap_stand_for_a_feature(table) -> None:
    found = table[table["quantity"] == "gap"].set_index("feature")
    assert found["components"].to_dict() == {"color": "color.1, color.2", "location": "location.1, location.2"}
    wide = scores().query("quantity == 'score'").pivot(index="name", columns="feature", values="value")
    assert found["value"]["color"] == pytest.approx(wide.loc["color.2", "color"] - wide.loc["color.2", "location"])


def test_pictures_share_what_the_components_carry_and_nothing_else(table) -> None:
    found = table[table["quantity"] == "precision"]
    for feature, rows in found.groupby("feature"):
        value = rows.set_index("by")["value"]
        (other,) = set(FEATURES) - {feature}
        assert value[feature] > 0.85
        assert value[other] < 0.3
        assert value["random"] < value[feature] - 0.3
        assert 0.3 < value["whole"] < value[feature]
        assert (rows["n"] == 60).all() and (rows["error"] < 0.06).all()


def test_precision_and_chance_are_recomputed_with_numpy(files, table) -> None:
    test = pictures().query("part == 'test'").reset_index(drop=True)
    written_of = np.load(files["contributions"][0])[-TEST.scenes :].astype(float)
    z = written_of[:, [NAMES.index("color.1"), NAMES.index("color.2")]].sum(1)
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    cosines = z @ z.T
    np.fill_diagonal(cosines, -np.inf)
    near = np.argsort(-cosines, axis=1, kind="stable")[:, :5]
    probes = np.random.default_rng(7).permutation(len(test))[:60]
    for feature in FEATURES:
        values = test[feature].to_numpy()
        shares = (values[near[probes]] == values[probes, None]).mean(1)
        row = table.query("quantity == 'precision' and feature == @feature and by == 'color'")
        assert row["value"].item() == pytest.approx(shares.mean())
        assert row["error"].item() == pytest.approx(shares.std(ddof=1) / np.sqrt(60))
        same = [((values == values[probe]).sum() - 1) / (len(test) - 1) for probe in probes]
        assert row["chance"].item() == pytest.approx(np.mean(same))


def test_a_probe_is_never_found_for_itself(table) -> None:
    probes = table[table["quantity"] == "probe"].set_index("probe")["picture"]
    found = table[table["quantity"] == "picture"]
    assert len(probes) == 3 and len(found) == 3 * len(FEATURES) * 3
    assert (found["picture"] != found["probe"].map(probes)).all()


def test_equal_pictures_come_in_their_order_and_still_without_the_probe(files, tmp_path) -> None:
    same = np.ones_like(np.load(files["contributions"][0]))
    np.save(tmp_path / "same.npy", same)
    table = made(tmp_path, {**files, "contributions": [str(tmp_path / "same.npy"), *files["contributions"][1:]]})
    first = pictures().query("part == 'test'")["picture"].tolist()
    probes = table[table["quantity"] == "probe"].set_index("probe")["picture"]
    for (probe, _), rows in table[table["quantity"] == "picture"].groupby(["probe", "feature"]):
        wanted = [name for name in first[:4] if name != probes[probe]][:3]
        assert rows.sort_values("rank")["picture"].tolist() == wanted


def test_thumbnails_are_the_pictures_of_the_ids_and_marks_say_what_they_share(table) -> None:
    test = pictures().query("part == 'test'").set_index("picture", drop=False)
    probes = table[table["quantity"] == "probe"].set_index("probe")["picture"]
    for row in table[table["png"].notna()].to_dict("records"):
        scene = test.loc[[row["picture"]]]
        drawn = Renderer(32)(scene)[0].permute(1, 2, 0).numpy()
        np.testing.assert_array_equal(pixels(row["png"]), drawn)
        if row["quantity"] == "picture":
            wanted = test.loc[probes[row["probe"]], row["feature"]]
            assert row["text"] == wanted
            assert row["right"] == (scene[row["feature"]].item() == wanted)


def test_probes_without_a_value_count_for_nothing_and_are_shown_last(files, tmp_path) -> None:
    few = {**{name: list(texts) for name, texts in FEATURES.items()}, "color": ["red", "blue"]}
    table = made(tmp_path, files, values=few)
    test = pictures().query("part == 'test'").reset_index(drop=True)
    probes = np.random.default_rng(7).permutation(len(test))[:60]
    known = test["color"][probes].isin(few["color"])
    assert 3 < known.sum() < 60
    row = table.query("quantity == 'precision' and feature == 'color' and by == 'color'")
    assert row["n"].item() == known.sum()
    shown = table[table["quantity"] == "probe"].sort_values("probe")["picture"].tolist()
    assert shown == test["picture"][probes[known]].head(3).tolist()


def test_probes_are_those_of_every_encoder(files, table, tmp_path) -> None:
    other = {**files, "contributions": [str(tmp_path / "other.npy"), *files["contributions"][1:]]}
    np.save(tmp_path / "other.npy", vectors(pictures(), seed=5))
    found = made(tmp_path, other, name="other", run=4)
    ids = [of[of["quantity"] == "probe"]["picture"].tolist() for of in (found, table)]
    assert ids[0] == ids[1]
    near = [of[of["quantity"] == "picture"]["picture"].tolist() for of in (found, table)]
    assert near[0] != near[1]


def test_where_nothing_is_known_pictures_are_shown_without_a_verdict(files, tmp_path) -> None:
    found = made(tmp_path, files, labels={}, values={})
    assert set(found["quantity"]) == {"gap", "probe", "picture"}
    assert found["right"].isna().all() and found["text"].isna().all()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"probes": 161}, "161 probes are asked for, 3 of them shown, of 160 pictures"),
        ({"shown_probes": 61}, "60 probes are asked for, 61 of them shown"),
        ({"top": 160}, "in a pool of 159"),
        ({"components": {"color": 11, "location": 1}}, "the 11 largest values are asked for, of 10"),
        ({"components": {"colour": 3, "location": 1}}, "unknown feature 'colour'"),
    ],
)
def test_what_cannot_be_had_is_refused(files, tmp_path, changes, problem) -> None:
    with pytest.raises(UserError, match=problem):
        made(tmp_path, files, **changes)

"""The job on planted tables of scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from memory import linux, numbers_of
from planted_scores import SETTINGS, made, nothing, scenes, to, write

from vitatlas.errors import UserError
from vitatlas.features.config.selectivity import Selectivity

SCENES = 2500
LAYERS = {
    ("mlp.act", 0): [to("location", "sea", 0.3), to("location", "sky", 0.3), to("color", "red"), nothing],
    ("mlp.act", 1): [to("location", "sea", 0.5), to("category", "cat", 0.3), nothing, nothing],
    ("mlp.act", 2): [to("category", "cat", 0.1), to("category", "fish", 0.1), to("category", "car", 0.1), nothing],
    ("attn.k", 1): [lambda pictures, rng: -to("location", "sea")(pictures, rng), nothing],
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, pd.DataFrame]:
    return made(write(tmp_path_factory.mktemp("planted"), scenes(SCENES), LAYERS))


def row(units: pd.DataFrame, site: str, layer: int, unit: int, attribute: str) -> pd.Series:
    keys = {"site": site, "layer": layer, "unit": unit, "attribute": attribute, "by": "mean"}
    (found,) = units[(units[list(keys)] == pd.Series(keys)).all(axis=1)].index
    return units.loc[found]


def of(layers: pd.DataFrame, quantity: str, attribute: str, site: str = "mlp.act") -> pd.DataFrame:
    rows = layers[(layers["quantity"] == quantity) & (layers["attribute"] == attribute) & (layers["site"] == site)]
    return rows[rows["by"] == "mean"].set_index("layer")


def test_a_unit_names_what_it_responds_to(tables) -> None:
    units, _ = tables
    red = row(units, "mlp.act", 0, 2, "color")
    assert (red["best"], red["auc"], red["c"], red["c_largest_of"], red["eta2"]) == (
        "red",
        1,
        1,
        "red",
        pytest.approx(1),
    )
    assert red["strata"] > 10
    other = row(units, "mlp.act", 0, 2, "category")
    assert other["c_largest"] < 0.6 and other["eta2"] < 0.02


def test_top_pictures_of_a_selective_unit_have_one_label(tables) -> None:
    units, _ = tables
    assert row(units, "mlp.act", 2, 0, "category")["entropy"] == 0
    assert row(units, "mlp.act", 2, 3, "category")["entropy"] > 2


def test_a_linear_site_may_respond_by_falling(tables) -> None:
    units, _ = tables
    falling = row(units, "attn.k", 1, 0, "location")
    assert (falling["best"], falling["auc"], falling["signed"], falling["c"]) == ("sea", 1, 0, 1)


def test_behind_a_non_linearity_only_rising_counts(tmp_path) -> None:
    units, _ = made(write(tmp_path, scenes(1500), {("mlp.act", 1): LAYERS["attn.k", 1]}))
    assert row(units, "mlp.act", 1, 0, "location")["auc"] < 0.65


def test_layers_have_means_intervals_and_nulls(tables) -> None:
    _, layers = tables
    selective = of(layers, "share_selective", "category")
    assert selective["value"].tolist() == [0, 0.25, 0.75] and (selective["null"] == 0).all()
    for name in ("eta2", "best_auc"):
        found = of(layers, name, "category")
        assert (found["low"] <= found["value"]).all() and (found["value"] <= found["high"]).all()
        assert found["value"][2] > 2 * found["null"][2] - 0.5 * (name == "best_auc")
    assert of(layers, "explains_most", "location")["value"][0] == 0.5
    shares = layers[(layers["quantity"] == "share_of_eta2") & (layers["by"] == "mean")]
    assert shares.groupby(["site", "layer"])["value"].sum().tolist() == pytest.approx([1] * 4)
    assert set(layers["model"]) == {"planted"} and set(layers["run"]) == {1}


def test_progression_rises_for_the_category_and_falls_for_the_place(tables) -> None:
    _, layers = tables
    for quantity in ("progression_eta2", "progression_share"):
        assert of(layers, quantity, "category").loc[-1, "value"] == 1
        assert of(layers, quantity, "location").loc[-1, "value"] == -1
    assert of(layers, "progression_eta2", "category", "attn.k").empty


def test_units_that_respond_to_nothing_stay_within_the_null(tmp_path) -> None:
    settings = Selectivity(attributes=["color", "location", "count"], permutations=60, permuted=40, draws=40)
    _, layers = made(write(tmp_path, scenes(1000), {("mlp.act", 0): [nothing] * 40}), settings)
    judged = layers[layers["quantity"].isin(["eta2", "best_auc", "share_selective"])]
    assert len(judged) == 18 and (judged["value"] <= judged["null"]).sum() >= 16
    assert (judged["null"] > 0).sum() == 12


def test_a_kind_unit_lies_above_shuffled_kinds_and_a_category_unit_does_not(tmp_path) -> None:
    animals = ["bird", "swan", "fish", "cat", "rabbit", "butterfly", "elephant", "turtle"]

    def animal(pictures: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
        return pictures["category"].isin(animals) + rng.normal(size=len(pictures))

    _, layers = made(write(tmp_path, scenes(2000), {("mlp.act", 0): [animal] * 4, ("mlp.act", 1): [nothing] * 4}))
    found = of(layers, "between_kinds", "kind")
    assert found["value"][0] > 0.8 > found["null"][0]
    assert found["value"][1] < 0.3


def test_the_same_job_twice_gives_the_same_and_blocks_do_not_matter(tmp_path, monkeypatch) -> None:
    settings = SETTINGS.model_copy(update={"attributes": ["category", "color", "kind"], "draws": 40})
    folder = write(tmp_path, scenes(1000), LAYERS)
    first, again = made(folder, settings), made(folder, settings)
    monkeypatch.setattr("vitatlas.features.selectivity.measure.NUMBERS", 1000 * 3)
    monkeypatch.setattr("vitatlas.features.selectivity.read.NUMBERS", 2 * 1000 * 5)
    monkeypatch.setattr("vitatlas.features.selectivity.read.PIECE", 14 * 7)
    for one, same, divided in zip(first, again, made(folder, settings), strict=True):
        pd.testing.assert_frame_equal(one, same)
        pd.testing.assert_frame_equal(one, divided, rtol=1e-10)


def test_only_units_of_the_sites_asked_for_are_measured(tmp_path) -> None:
    folder = write(tmp_path, scenes(1000), LAYERS)
    everything, some = made(folder), made(folder, SETTINGS.model_copy(update={"sites": ["mlp.act"]}))
    for all_sites, one_site in zip(everything, some, strict=True):
        expected = all_sites[all_sites["site"] == "mlp.act"].reset_index(drop=True)
        pd.testing.assert_frame_equal(one_site, expected, rtol=1e-10)
    with pytest.raises(UserError, match="no unit of the sites resid_post was scored"):
        made(folder, SETTINGS.model_copy(update={"sites": ["resid_post"]}))


def test_only_the_pictures_of_the_part_count(tmp_path) -> None:
    settings = Selectivity(attributes=["color", "count"], permutations=40, draws=40)
    pictures = scenes(1500).assign(part=np.where(np.arange(1500) < 500, "other", "scored"))
    folder = write(tmp_path, pictures, {("mlp.act", 0): [nothing] * 3})
    within = made(folder, settings)
    np.save(folder / "scores.npy", np.load(folder / "scores.npy")[500:])
    pictures.iloc[500:].to_parquet(folder / "pictures.parquet")
    for first, second in zip(within, made(folder, settings), strict=True):
        pd.testing.assert_frame_equal(first, second)
    with pytest.raises(UserError, match="no pictures of part 'test'"):
        made(folder, settings, part="test")


def test_labels_alone_have_auc_and_variance_but_no_invariance(tmp_path) -> None:
    pictures = scenes(400)[["picture", "part", "category"]].rename(columns={"category": "label"})
    units, layers = made(write(tmp_path, pictures, {("mlp.act", 0): [to("label", "cat"), nothing]}))
    assert set(units["attribute"]) == {"category", "kind"}
    cat = row(units, "mlp.act", 0, 0, "category")
    assert cat["best"] == "cat" and cat["auc"] == 1 and np.isnan(cat["c"]) and cat["c_largest_of"] == ""
    shares = of(layers, "share_selective", "category")
    assert np.isnan(shares["value"][0]) and shares["n"][0] == 0


def test_scores_that_are_not_finite_are_refused_by_name(tmp_path) -> None:
    folder = write(tmp_path, scenes(300), LAYERS)
    scores = np.load(folder / "scores.npy")
    scores[7, 5, 1] = np.nan
    np.save(folder / "scores.npy", scores)
    with pytest.raises(UserError, match=r"unit 1 of mlp\.act, layer 1, is not finite for picture 'test/7'"):
        made(folder)


def test_a_silent_unit_explains_nothing_and_tells_nothing(tmp_path) -> None:
    silent = [lambda pictures, rng: np.zeros(len(pictures))] * 2
    places = {("mlp.act", n): silent if n == 1 else [nothing] * 3 for n in range(4)}
    units, layers = made(write(tmp_path, scenes(500), places))
    flat = units[units["layer"] == 1]
    assert flat["eta2"].isna().all() and (flat["auc"] == 0.5).all()
    assert of(layers, "eta2", "color")["n"].to_dict() == {0: 3, 1: 0, 2: 3, 3: 3}
    assert of(layers, "progression_eta2", "color").loc[-1, "n"] == 9


MEMORY = """
import sys
from pathlib import Path
import numpy as np, pandas as pd
from memory import peak
from planted_scores import SETTINGS, made, scenes
from vitatlas.features.config.selectivity import Selectivity
from vitatlas.features.selectivity import measure, read
folder = Path(sys.argv[1])
scenes(2500).to_parquet(folder / "pictures.parquet")
read.PIECE, read.NUMBERS, measure.NUMBERS = 2**16, 2**19, 2**17
for units in (256, 3328):
    for row in range(0, 2500, 100):
        array = np.lib.format.open_memmap(
            folder / "scores.npy", mode="r+" if row else "w+", dtype=np.float32, shape=(2500, units, 2)
        )
        array[row : row + 100] = np.random.default_rng(row).normal(size=(100, units, 2))
    pd.DataFrame({"site": "mlp.act", "layer": 0, "unit": range(units)}).to_parquet(folder / "units.parquet")
    made(folder, Selectivity(attributes=["count"], permutations=40, permuted=2, draws=40))
    print(peak())
"""


@linux
def test_memory_does_not_grow_with_units(tmp_path) -> None:
    small, large = numbers_of(MEMORY, str(tmp_path))
    larger = 2500 * 2 * 4 * 3072 / 1024  # KiB by which the scores are
    assert large - small < larger / 2

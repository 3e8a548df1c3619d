"""How alike pictures are in one layer, against numpy and planted paths."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from vitatlas.features.path_similarity.measure import alike, of_unit, varied
from vitatlas.features.path_similarity.names import COMPARED, NORMALISED, half_of
from vitatlas.features.path_similarity.sums import by_half

UNITS, WIDTH, TOP = 12, 300, 6


def test_likenesses_are_those_of_numpy() -> None:
    first, second = np.random.default_rng(0).normal(size=(2, 4, 9))
    expected = np.corrcoef(first, second)[:4, 4:]
    assert alike(first, second) == pytest.approx(expected)
    by_hand = alike(np.array([[0.0, 1, 2]]), np.array([[1.0, 0, 2], [2, 1, 0], [5, 5, 5]]))
    assert by_hand[0, :2].tolist() == pytest.approx([0.5, -1]) and np.isnan(by_hand[0, 2])


@pytest.mark.parametrize("width", [0, 1, 2])
def test_over_two_units_nothing_is_alike(width: int) -> None:
    assert np.isnan(alike(np.ones((2, width)), np.ones((3, width)))).all()


@pytest.mark.parametrize("value", [0.1, 1e9, -3.3])
def test_rounding_is_no_variation(value: float) -> None:
    flat = np.full((1, 7), value) * (1 + np.array([0, 1, 0, 1, 1, 0, 0]) * np.finfo(float).eps)
    assert np.isnan(alike(flat, np.arange(7.0)[None])).all()


def test_units_that_hardly_vary_do_not_count() -> None:
    assert varied(np.array([0.0, 1e-9, 0.5, 1.0, 2.0, 0.03])).tolist() == [False, False, True, True, True, True]
    assert not varied(np.zeros(3)).any() and varied(np.array([1e-8, 2e-8])).all()


def test_each_comparison_is_of_its_pairs() -> None:
    made, own, others = (np.random.default_rng(1).normal(size=shape) for shape in ((20,), (3, 20), (4, 20)))
    found = of_unit(made, own, others)
    pairs = [np.corrcoef(own[a], own[b])[0, 1] for a, b in ((0, 1), (0, 2), (1, 2))]
    expected = [np.mean(pairs), np.mean([np.corrcoef(made, one)[0, 1] for one in own])]
    expected += [np.mean([np.corrcoef(made, one)[0, 1] for one in others])]
    expected += [np.mean([np.corrcoef(a, b)[0, 1] for a in own for b in others])]
    assert [found[name] for name in COMPARED] == pytest.approx(expected)


def test_without_other_pictures_there_is_no_floor() -> None:
    found = of_unit(np.arange(5.0), np.eye(5)[:1], np.empty((0, 5)))
    assert not np.isnan(found["made"])
    assert all(np.isnan(found[name]) for name in ("natural", "made_others", "natural_others"))


def planted(way: str, noise: float, seed: int = 3) -> pd.DataFrame:
    """Rows of units of one layer, each with a path of its own that its natural pictures take."""
    rng = np.random.default_rng(seed)
    paths = rng.normal(size=(UNITS, WIDTH))
    natural = paths[:, None] + noise * rng.normal(size=(UNITS, TOP, WIDTH))
    made = {
        "natural": paths + noise * rng.normal(size=paths.shape),
        "independent": rng.normal(size=paths.shape),
        "another's": np.roll(paths, 1, axis=0),
        "louder": 40 * natural[:, 0] + 7,
    }[way]
    rows = []
    for unit in range(UNITS):
        others = np.delete(natural, unit, 0).reshape(-1, WIDTH)
        found = of_unit(made[unit], natural[unit], others)
        about = {"site": "mlp.act", "layer": 3, "unit": unit, "at_site": "mlp.act", "at": 1}
        rows += [about | {"quantity": name, "value": value} for name, value in found.items()]
    return pd.DataFrame(rows)


def summed(units: pd.DataFrame, layers: int = 4) -> pd.DataFrame:
    return by_half(units, layers, 400, 0).set_index("quantity")


@pytest.mark.parametrize("noise", [0.3, 1.0, 2.0])
def test_pictures_on_the_paths_of_natural_ones_are_at_one(noise: float) -> None:
    row = summed(planted("natural", noise)).loc[NORMALISED]
    assert row["value"] == pytest.approx(1, abs=0.12) and row["low"] < 1.05 and row["high"] > 0.95


@pytest.mark.parametrize("noise", [0.3, 1.0, 2.0])
def test_pictures_on_paths_of_their_own_are_at_nothing(noise: float) -> None:
    table = summed(planted("independent", noise))
    assert table.loc[NORMALISED, "value"] == pytest.approx(0, abs=0.12)
    assert table.loc["made", "value"] == pytest.approx(table.loc["made_others", "value"], abs=0.06)


def test_pictures_on_the_paths_of_other_units_are_not_taken_for_their_own() -> None:
    table = summed(planted("another's", 0.5))
    assert table.loc[NORMALISED, "value"] < 0.1
    assert table.loc["made_others", "value"] > table.loc["natural_others", "value"] + 0.05


def test_the_same_picture_only_louder_is_no_other_path() -> None:
    table = summed(planted("louder", 0.0))
    assert table.loc[["natural", "made", NORMALISED], "value"].tolist() == pytest.approx([1, 1, 1])


def test_where_natural_pictures_of_a_unit_are_not_alike_there_is_no_scale() -> None:
    units = planted("natural", 1.0)
    natural = units["quantity"] == "natural"
    units.loc[natural, "value"] = np.random.default_rng(0).normal(0, 0.2, natural.sum())
    row = summed(units).loc[NORMALISED]
    assert row[["value", "low", "high"]].isna().all() and row["n"] == UNITS


def test_intervals_are_over_units_and_the_ratio_is_of_means() -> None:
    units = planted("natural", 1.0)
    table = summed(units)
    means = units.groupby("quantity")["value"].mean()
    assert table["value"].loc[list(COMPARED)].to_dict() == pytest.approx(means.to_dict())
    ratio = (means["made"] - means["natural_others"]) / (means["natural"] - means["natural_others"])
    assert table.loc[NORMALISED, "value"] == pytest.approx(ratio)
    assert (table["low"] < table["value"]).all() and (table["value"] < table["high"]).all()
    error = units[units["quantity"] == "made"]["value"].std() / np.sqrt(UNITS)
    assert (table.loc["made", "high"] - table.loc["made", "low"]) / 3.92 == pytest.approx(error, rel=0.3)
    pd.testing.assert_frame_equal(table, summed(units.sample(frac=1, random_state=1)))


def test_units_without_others_are_left_out_of_all_means_alike() -> None:
    units = planted("natural", 1.0)
    lacking = (units["unit"] == 4) & (units["quantity"] == "natural_others")
    table = summed(units.assign(value=units["value"].mask(lacking)))
    assert (table["n"] == UNITS - 1).all() and (table["units"] == UNITS).all()
    pd.testing.assert_series_equal(table["value"], summed(units[units["unit"] != 4])["value"])


def test_one_unit_has_no_interval() -> None:
    units = planted("natural", 1.0)
    table = summed(units[units["unit"] == 2])
    assert table[["low", "high"]].isna().all().all() and np.isnan(table.loc[NORMALISED, "value"])
    assert table.loc[list(COMPARED), "value"].notna().all()


@pytest.mark.parametrize(("layers", "first"), [(1, 1), (2, 1), (5, 3), (12, 6), (13, 7)])
def test_the_middle_layer_is_in_the_first_half(layers: int, first: int) -> None:
    assert [half_of(layer, layers) for layer in range(layers)] == ["first"] * first + ["second"] * (layers - first)

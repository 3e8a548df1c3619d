"""Measures of sets of pictures, by feature and by layer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from judged_pictures import gratings, table

from vitatlas.features.quality.measure import by_feature, by_group, of_pictures
from vitatlas.features.quality.names import ALL_LAYERS
from vitatlas.features.visualise.measures import high_frequency

FEATURES = [("mlp.act", layer, unit) for layer in (0, 3) for unit in range(6)]
ROWS = table(FEATURES, 2)


def colors(images: np.ndarray) -> np.ndarray:
    """A judge that sees the mean colour alone."""
    return images.mean((1, 2))


@pytest.fixture(scope="module")
def pictures() -> pd.DataFrame:
    images = gratings(ROWS)
    return of_pictures(images, ROWS, colors(images), None)


def group(pictures: pd.DataFrame, quantity: str, **wanted: object) -> pd.DataFrame:
    groups = by_group(by_feature(pictures), 200, 0)
    rows = groups[groups["quantity"] == quantity]
    for name, value in wanted.items():
        rows = rows[rows[name] == value]
    return rows.set_index("layer")


def test_fine_gratings_have_high_frequencies_and_coarse_ones_wide_peaks(pictures) -> None:
    assert group(pictures, "high_frequency")["value"][0] < 0.1 < 0.9 < group(pictures, "high_frequency")["value"][3]
    width = group(pictures, "peak_width")["value"]
    assert width[0] > 2 * width[3]
    expected = high_frequency(torch.from_numpy(gratings(ROWS).transpose(0, 3, 1, 2) / 255))
    np.testing.assert_allclose(pictures["high_frequency"], expected)


def test_replicates_of_one_colour_agree(pictures) -> None:
    for layer in (0, 3):
        agree = group(pictures, "agreement").loc[layer]
        assert agree["low"] > 0.8 and agree["n"] == 6
        assert group(pictures, "partner")["value"][layer] == 1
        assert group(pictures, "works")["value"][layer] == 1


def test_early_and_deep_are_told_apart_over_both_layers(pictures) -> None:
    found = group(pictures, "told_apart")
    assert found.index.tolist() == [ALL_LAYERS] and found["n"].tolist() == [12]
    assert found["value"][ALL_LAYERS] > 0.9


def test_activation_is_in_standard_deviations(pictures) -> None:
    assert set(group(pictures, "activation")["value"]) == {2.0}


def test_a_picture_works_only_if_it_exceeds_and_repeats() -> None:
    images = gratings(ROWS)
    seen = colors(images)
    seen[0], seen[2] = seen[2].copy(), seen[0].copy()  # replicates 0 of units 0 and 1, exchanged
    found = of_pictures(images, ROWS.assign(percentile=np.where(ROWS["unit"] == 5, 99.0, 99.01)), seen, None)
    features = by_feature(found).query("layer == 0").pivot(index="unit", columns="quantity", values="value")
    assert features["exceeds"].tolist() == [1, 1, 1, 1, 1, 0]
    assert features["works"].equals(features["exceeds"] * features["repeats"]) and features["repeats"][0] == 0


def test_what_is_not_known_is_missing_and_does_not_fail() -> None:
    rows = table(FEATURES, 1, sd=np.nan, percentile=np.nan)
    images = gratings(rows)
    images[0] = 128
    found = of_pictures(images, rows, colors(images), None)
    for name in ("agreement", "partner", "activation", "exceeds", "works", "natural"):
        assert found[name].isna().all()
    assert np.isnan(found["high_frequency"][0]) and found["high_frequency"][1:].notna().all()
    assert group(found, "works")["n"].tolist() == [0, 0]


def test_pictures_are_compared_with_those_made_alike_only() -> None:
    """Another weight, of noise, changes nothing."""
    images = gratings(ROWS)
    alone = of_pictures(images, ROWS, colors(images), None)
    both = pd.concat([ROWS, ROWS.assign(weight=0.5)], ignore_index=True)
    noise = np.random.default_rng(0).integers(0, 255, images.shape).astype(np.uint8)
    together = np.concatenate([images, noise])
    found = of_pictures(together, both, colors(together), None)
    pd.testing.assert_frame_equal(found.iloc[: len(ROWS)], alone)
    assert group(found, "agreement", weight=0.5)["value"].abs().max() < 0.8
    assert set(by_group(by_feature(found), 50, 0)["weight"]) == {0.02, 0.5}


def test_natural_pictures_of_the_same_unit_and_layer_are_compared() -> None:
    images = gratings(ROWS)
    units = ROWS.drop_duplicates(["layer", "unit"])[["site", "layer", "unit"]].reset_index(drop=True)
    natural = colors(images)[::2] * 0.5 + 9
    found = of_pictures(images, ROWS, colors(images), (units, natural))
    assert (found["natural_partner"] == 1).all() and (found["natural"] > 0.5).all()


def test_intervals_are_over_features_and_repeat_with_the_seed(pictures) -> None:
    features = by_feature(pictures)
    first, second, other = (by_group(features, 100, seed) for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(first, second)
    assert not first["low"].equals(other["low"])
    assert features["n"].isin([0, 2]).all()

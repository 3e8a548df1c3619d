"""Readings of what networks answer."""

from __future__ import annotations

import classified_tables as made
import numpy as np
import pandas as pd
import pytest

from vitatlas.features.keys import KEYS
from vitatlas.features.reading import classified
from vitatlas.statistics.intervals import share_error
from vitatlas.verdicts.collect import as_readings
from vitatlas.verdicts.keys import Keys

KEPT = Keys(keys=list(KEYS))
CURVES = {"natural": [0.9], "isolating_cls": [0.9, 0.8, 0.6, 0.05], "cls_only": [0.05, 0.3, 0.7, 0.9]}
SHARES = {
    "habitat": {"full": 0.8, "foreground": 0.6, "background": 0.4, "scene": 0.3},
    "neutral": {"full": 0.8, "foreground": 0.6, "background": 0.2, "scene": 0.26},
}


def readings(reader: str, table: pd.DataFrame) -> pd.DataFrame:
    return as_readings([read(table) for read in classified.READERS[reader]], KEPT)


def one(found: pd.DataFrame, **keys: object) -> pd.Series:
    chosen = found
    for key, value in keys.items():
        chosen = chosen[chosen[key].isna() if value is None else chosen[key] == value]
    assert len(chosen) == 1
    return chosen.iloc[0]


@pytest.fixture
def layers() -> pd.DataFrame:
    return readings("last_layer", made.last_layer("mini-vit", CURVES | {"patch": [0.1, 0.2, 0.5, 0.7]}))


def test_isolated_class_tokens_are_those_that_join_at_the_last_block(layers: pd.DataFrame) -> None:
    assert one(layers, quantity="isolating_cls", measure="top1")["value"] == 0.6
    assert one(layers, quantity="isolating_cls", measure="top5")["value"] == pytest.approx(0.7)
    curve = layers[layers["quantity"] == "isolating_cls_from"]
    assert curve["layer"].tolist() == [0, 1, 2, 3] and curve["value"].tolist() == CURVES["isolating_cls"]


def test_patches_are_read_behind_the_last_block_and_in_front_of_it(layers: pd.DataFrame) -> None:
    assert one(layers, quantity="patch_average", measure="top1")["value"] == 0.7
    assert one(layers, quantity="patch_average_before", measure="top1")["value"] == 0.5
    assert one(layers, quantity="patch_maximum", measure="top1")["value"] == pytest.approx(0.76)


def test_halfway_lies_between_chance_and_the_network(layers: pd.DataFrame) -> None:
    found = one(layers, quantity="halfway", measure="top1")
    assert found["value"] == pytest.approx((0.9 + 0.07) / 2)
    assert found["error"] == pytest.approx(float(share_error(0.9, 1000)) / 2) and np.isnan(found["images"])
    assert one(layers, quantity="natural", measure="top1")["images"] == 1000


def test_normalised_accuracy_is_a_fraction_of_that_on_full_pictures_of_the_same_set() -> None:
    found = readings("masked", made.masked("mini-vit", SHARES)[0])
    boxes = {"mask": "boxes", "fill": "black", "part": "habitat", "shown": "background"}
    assert one(found, quantity="normalised_top5", **boxes)["value"] == pytest.approx(0.5)
    assert one(found, quantity="top5", **boxes)["images"] == made.PICTURES
    for mask, fill in (("boxes", "black"), ("exact", "mean")):
        whole = {"mask": mask, "fill": fill, "part": "habitat", "shown": "full"}
        assert one(found, quantity="normalised_top1", **whole)["value"] == 1
        assert one(found, quantity="normalised_top1", **whole)["error"] > 0
    scene = one(found, quantity="normalised_top1", part="habitat", shown="scene", mask=None, fill=None)
    assert scene["value"] == pytest.approx(0.375)


def test_the_gain_is_over_the_neutral_set_and_of_backgrounds_alone() -> None:
    found = readings("masked", made.masked("mini-vit", SHARES)[0])
    gains = found[found["quantity"] == "gain_top5"]
    assert set(gains["shown"]) == {"background", "scene"} and set(gains["part"]) == {"habitat"}
    boxes = one(gains, mask="boxes", fill="black")
    assert boxes["value"] == pytest.approx(0.25)
    single = found[(found["quantity"] == "normalised_top5") & (found["shown"] == "background")]
    errors = single[(single["mask"] == "boxes") & (single["fill"] == "black")]["error"]
    assert boxes["error"] == pytest.approx(float(np.hypot(*errors)))


def test_a_network_that_guesses_has_no_shares_of_its_accuracy() -> None:
    guessing = {part: dict.fromkeys(of, 0.06) for part, of in SHARES.items()}
    found = readings("masked", made.masked("mini-vit-untrained", guessing)[0])
    assert found.loc[found["quantity"].str.startswith("normalised"), "value"].isna().all()
    assert found.loc[found["quantity"] == "top1", "value"].notna().all()


def test_without_a_neutral_set_there_is_no_gain() -> None:
    found = readings("masked", made.masked("resnet50", {"train": SHARES["habitat"]}, scene=False)[0])
    assert not found["quantity"].str.startswith("gain").any()
    full = {"part": "train", "mask": "boxes", "fill": "black", "shown": "full"}
    assert one(found, quantity="top1", **full)["value"] == pytest.approx(0.8)


def test_half_is_where_the_curve_crosses_a_half_whatever_the_size_of_pictures() -> None:
    for side in (64, 128):
        found = readings("low_pass", made.low_pass("mini-vit", side=side, half=8)[0])
        assert 2 ** one(found, quantity="half", filter="ideal")["value"] == pytest.approx(8, rel=0.02)
        assert one(found, quantity="half", filter="gaussian")["error"] >= 0
        assert one(found, quantity="top1", filter=None)["value"] == pytest.approx(0.9)


def test_curves_of_a_network_that_guesses_have_no_numbers() -> None:
    found = readings("low_pass", made.low_pass("mini-vit-untrained", side=64, half=8, full=0.06)[0])
    assert found.loc[found["quantity"].isin(["area", "half"]), "value"].isna().all()

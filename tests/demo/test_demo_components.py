"""The findings that the demo tier must show of the components paper, on the tables of a finished run (`make demo`)."""

from pathlib import Path

import pandas as pd
import pytest

ANALYSIS = Path(__file__).resolve().parents[2] / "results/demo/analysis/components"


def read(kind: str, model: str) -> pd.DataFrame:
    """An analysis table of the demo tier; the test is skipped where it was not made."""
    path = ANALYSIS / kind / f"{model}.parquet"
    if not path.is_file():
        pytest.skip(f"{kind} of '{model}' was not made here (`make demo`)")
    return pd.read_parquet(path)


def agreement(model: str, quantity: str = "component_order") -> float:
    """The mean over features of a rank correlation of scores."""
    table = read("scores", model)
    return float(table.loc[table["quantity"] == quantity, "value"].mean())


@pytest.mark.parametrize("model", ["mini-vit", "mini-dino", "mini-clip", "mini-swin", "mini-maxvit"])
def test_components_sum_to_the_representation(model):
    table = read("exactness", model)
    ours = table[(table["quantity"] == "sum") & (table["layernorm"] == "corrected")]
    assert ours.loc[ours["precision"] == "float64", "value"].max() < 1e-12
    assert ours.loc[ours["precision"] == "float32", "value"].max() < 5e-6


def test_an_encoder_with_random_weights_agrees_with_clip_too_and_clip_more():
    untrained = agreement("mini-vit-untrained")
    assert untrained > 0.3
    assert agreement("mini-clip") > untrained + 0.2


def test_scores_follow_what_components_hold_more_than_with_random_weights():
    quantity = "score_follows_decodability"
    assert agreement("mini-clip", quantity) > agreement("mini-vit-untrained", quantity) + 0.1


def test_labels_by_the_papers_maps_are_no_better_than_guesses_and_by_one_rotation_they_are():
    table = read("labels", "mini-vit")
    rates = table[table["quantity"] == "match_rate"].set_index("method")
    chance = rates["chance"].iloc[0]
    assert abs(rates.loc["compalign", "value"] - chance) < 0.08
    assert rates.loc["procrustes", "value"] > chance + 0.08


@pytest.mark.parametrize("model", ["mini-swin", "mini-maxvit", "mini-clip"])
def test_components_of_the_location_find_locations_that_the_whole_hides(model):
    table = read("by_picture", model)
    found = table[(table["quantity"] == "precision") & (table["feature"] == "location")].set_index("by")["value"]
    assert found["location"] > 0.8 and found["location"] > found["whole"] + 0.2 > found["random"]


@pytest.mark.parametrize("quantity", ["pixacc", "miou", "map"])
def test_the_decomposition_segments_best(quantity):
    table = read("segmentation", "mini-vit")
    found = table[table["quantity"] == quantity].set_index("method")["value"]
    assert found["decomposition"] > found["chefer"] > found["gradcam"]


def test_the_worst_group_of_clip_rises_and_not_with_random_components():
    table = read("removal", "mini-clip")
    worst = table[table["reported"] & (table["group"] == "worst")].groupby("control")["value"].mean()
    assert worst["chosen"] > worst["none"] + 0.2
    assert worst["chosen"] > worst["random"] + 0.2

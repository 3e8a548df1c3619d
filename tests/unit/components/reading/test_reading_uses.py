"""Readings of what components are used for, from made-up tables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from vitatlas.components.reading import READERS, uses


def table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows).assign(model="one", run=0)


def test_by_text_has_thirds_the_first_column_and_guessing_of_features_that_are_held() -> None:
    rows: list[dict[str, Any]] = []
    for feature, read in (("color", 0.9), ("pattern", 0.3)):
        rows.append({"quantity": "read_by_probe", "feature": feature, "value": read, "chance": 0.25, "n": 90})
        for place, value in (("first", 0.8), ("middle", 0.5), ("last", 0.2)):
            rows.append({"quantity": "third", "feature": feature, "place": place, "value": value, "error": 0.05})
        rows.append({"quantity": "column", "feature": feature, "column": 0, "value": 0.9, "error": 0.1, "chance": 0.3})
        rows.append({"quantity": "can", "feature": feature, "value": 0.4})
    found = uses.by_text(table(rows))
    color = found[found["feature"] == "color"].set_index(["quantity", "third", "control"])["value"]
    assert color[("precision", "first", np.nan)] == 0.8 and color[("precision", "last", np.nan)] == 0.2
    assert color[("precision", "first column", np.nan)] == 0.9 and color[("precision", "first column", "chance")] == 0.3
    assert color[("columns that can", np.nan, np.nan)] == 0.4
    assert found.loc[found["feature"] == "pattern", "value"].isna().all()


def test_by_picture_tells_own_other_whole_and_random_apart() -> None:
    rows: list[dict[str, Any]] = [
        {"quantity": "precision", "feature": "color", "by": by, "value": value, "error": 0.01, "chance": 0.1}
        for by, value in (("color", 0.9), ("pattern", 0.2), ("location", 0.4), ("whole", 0.5), ("random", 0.1))
    ]
    rows.append({"quantity": "read_by_probe", "feature": "color", "value": 0.9, "chance": 0.1})
    found = uses.by_picture(table(rows)).set_index("method")["value"]
    assert found.to_dict() == pytest.approx({"own": 0.9, "whole": 0.5, "random": 0.1, "other": 0.3})


def test_heat_maps_of_what_is_not_held_have_no_number() -> None:
    rows: list[dict[str, Any]] = []
    for feature, read in (("color", 0.9), ("pattern", 0.3)):
        rows.append({"quantity": "read_by_probe", "feature": feature, "value": read, "chance": 0.25, "n": 90})
        rows.append({"quantity": "average_precision", "feature": feature, "control": "none", "value": 0.5, "error": 0})
    found = uses.heatmaps(table(rows)).set_index("feature")["value"]
    assert found["color"] == 0.5 and math.isnan(found["pattern"])


def removed(gap: float) -> pd.DataFrame:
    """Two heads, before and after, with the average so much above the worst group."""
    rows: list[dict[str, Any]] = []
    for head, more in ((0, 0.0), (1, 0.1)):
        for control, moment, value in (
            ("none", "before", 0.5),
            ("chosen", "after", 0.7),
            ("random", "after", 0.5),
        ):
            for group, above in (("worst", 0.0), ("finch on land", 0.0), ("average", gap)):
                row = {"head": head, "control": control, "moment": moment, "group": group, "draw": 0, "k": 5, "n": 100}
                rows.append(row | {"value": value + more + above, "reported": True})
        rows.append({**rows[-1], "value": 0.0, "reported": False})
    return table(rows)


def test_removal_averages_heads_and_gives_each_control_its_start() -> None:
    found = uses.removal(removed(0.2)).set_index(["quantity", "control", "moment"])
    assert found.loc[("worst", "chosen", "before"), "value"] == pytest.approx(0.55)
    assert found.loc[("worst", "random", "before"), "value"] == pytest.approx(0.55)
    assert found.loc[("worst", "chosen", "after"), "value"] == pytest.approx(0.75)
    error = math.sqrt(0.05**2 + 0.75 * 0.25 / 100)
    assert found.loc[("worst", "chosen", "after"), "error"] == pytest.approx(error)
    assert set(found.reset_index()["quantity"]) == {"worst", "average"}


def test_a_small_gap_between_groups_is_a_number_too() -> None:
    """Those that the paper published are as small as .016."""
    assert uses.removal(removed(0.01))["value"].notna().all()


def test_segmentation_says_by_how_much_the_decomposition_exceeds_gradcam() -> None:
    fits = (("decomposition", 0.5, 0.03), ("gradcam", 0.3, 0.04), ("chefer", 0.4, 0.01))
    rows = [{"quantity": "miou", "method": name, "value": value, "error": error} for name, value, error in fits]
    found = uses.segmentation(table(rows)).set_index("method")
    assert found.loc["decomposition above gradcam", "value"] == pytest.approx(0.2)
    assert found.loc["decomposition above gradcam", "error"] == pytest.approx(0.05)
    assert len(found) == 4


def curve(values: list[float], model: str, start: str = "last") -> list[dict[str, Any]]:
    rows = [{"start": start, "layers": layers, "step": layers, "value": value} for layers, value in enumerate(values)]
    return [row | {"model": model, "run": 0, "n": 100, "chance": 0.1} for row in rows]


def test_half_is_where_accuracy_has_lost_half_of_what_it_has_above_chance() -> None:
    rows = pd.DataFrame(curve([0.9, 0.8, 0.5, 0.1, 0.1], "one") + curve([0.15, 0.1, 0.1, 0.1, 0.1], "guesses"))
    found = uses.ablation(rows).set_index(["model", "quantity"])["value"]
    assert found[("one", "half")] == 0.5 and found[("one", "accuracy")] == 0.9
    assert math.isnan(found[("guesses", "half")])


def test_what_is_lost_with_the_earliest_layers_the_last_and_all() -> None:
    last = [0.9, 0.9, 0.8, 0.8, 0.7, 0.4, 0.2, 0.1, 0.1]
    first = [0.9, 0.9, 0.8, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1]
    rows = pd.DataFrame(curve(last, "one") + curve(first, "one", start="first"))
    found = uses.ablation(rows).set_index("quantity")
    assert found.loc["lost early", "value"] == pytest.approx(0.1)
    assert found.loc["lost late", "value"] == pytest.approx(0.2)
    assert found.loc["lost all", "value"] == pytest.approx(0.8)
    assert found.loc["lost early", "error"] == pytest.approx(math.sqrt((0.9 * 0.1 + 0.8 * 0.2) / 100))


def test_what_is_lost_from_a_start_that_was_not_measured_is_no_number() -> None:
    found = uses.ablation(pd.DataFrame(curve([0.9, 0.8, 0.5, 0.1, 0.1], "one"))).set_index("quantity")["value"]
    assert math.isnan(found["lost early"]) and found["lost all"] == pytest.approx(0.8)


def test_every_reader_names_its_own_kind() -> None:
    rows = [{"quantity": "map", "feature": "color", "method": "chefer", "control": "none", "value": 0.5, "error": 0.1}]
    rows[0]["chance"] = 0.1
    for kind in ("heatmaps", "segmentation"):
        rows[0]["quantity"] = {"heatmaps": "average_precision", "segmentation": "map"}[kind]
        (reader,) = READERS[kind]
        assert set(reader(table(rows))["analysis"]) == {kind}

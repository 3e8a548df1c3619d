"""From tables of the components paper to the numbers that verdicts are about."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from vitatlas.components.reading import texts as readings


def scores() -> pd.DataFrame:
    """One run of one model: two features, one of which the representation does not hold."""
    rows = [
        ("component_order", "color", -1, 0.8, 0.6, 0.9),
        ("component_order", "location", -1, 0.6, 0.4, 0.8),
        ("feature_order", None, 0, 0.5, None, None),
        ("feature_order", None, 1, 0.1, None, None),
        ("score_follows_decodability", "color", -1, 0.7, 0.5, 0.8),
        ("score_follows_decodability", "location", -1, -0.2, -0.5, 0.2),
        ("score_follows_lost", "color", -1, 0.3, 0.0, 0.5),
        ("score_follows_lost", "location", -1, 0.2, 0.0, 0.4),
        ("decodability", "color", -1, 0.5, None, None),
        ("decodability", "location", -1, 0.02, None, None),
        ("decodability", "color", 0, 0.4, None, None),
    ]
    columns = ["quantity", "feature", "component", "value", "low", "high"]
    return pd.DataFrame(rows, columns=columns).assign(model="one", run=0, n=100)


def one(found: pd.DataFrame, quantity: str, feature: str) -> pd.Series:
    rows = found[(found["quantity"] == quantity) & (found["feature"] == feature)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_agreement_has_features_and_means_with_errors() -> None:
    found = readings.agreement(scores())
    assert one(found, "component_order", "color")["error"] == pytest.approx(0.3 / (2 * 1.959964))
    mean = one(found, "component_order", "mean")
    assert (mean["value"], mean["error"]) == (pytest.approx(0.7), pytest.approx(0.1))
    assert one(found, "feature_order", "mean")["value"] == pytest.approx(0.3)


def with_scores(of: dict[str, list[float]]) -> pd.DataFrame:
    rows = [("score", feature, place, score) for feature, values in of.items() for place, score in enumerate(values)]
    more = pd.DataFrame(rows, columns=["quantity", "feature", "component", "value"]).assign(model="one", run=0, n=100)
    return pd.concat([scores(), more], ignore_index=True)


def test_a_lead_is_the_largest_score_less_the_mean_of_the_next_four() -> None:
    found = readings.agreement(with_scores({"color": [0.1, 0.5, 0.5, 0.9, 0.3, 0.3], "location": [0.4] * 5}))
    assert one(found, "lead", "color")["value"] == pytest.approx(0.5)
    assert one(found, "lead", "location")["value"] == pytest.approx(0.0)
    assert one(found, "lead", "mean")["value"] == pytest.approx(0.25)
    greatest = one(found, "lead", "greatest")
    assert (greatest["value"], greatest["error"]) == (pytest.approx(0.5), 0.0)


def test_too_few_components_have_no_lead() -> None:
    found = readings.agreement(with_scores({"color": [0.9, 0.5, 0.5, 0.5], "location": [0.4] * 5}))
    assert math.isnan(one(found, "lead", "color")["value"])
    assert math.isnan(one(found, "lead", "greatest")["value"])


def test_what_a_representation_does_not_hold_is_no_number() -> None:
    found = readings.controls(scores())
    assert one(found, "score_follows_decodability", "color")["value"] == 0.7
    assert math.isnan(one(found, "score_follows_decodability", "location")["value"])
    assert one(found, "score_follows_decodability", "mean")["value"] == pytest.approx(0.7)


def test_guessing_is_a_method_of_alignment() -> None:
    table = pd.DataFrame(
        {
            "model": "one",
            "run": 0,
            "method": ["free", "free", "truth"],
            "quantity": ["match_rate", "distance", "label"],
            "value": [0.4, 0.2, None],
            "error": [0.02, 0.01, None],
            "chance": [0.25, None, None],
        }
    )
    found = readings.alignment(table).set_index(["method", "quantity"])["value"]
    assert found.to_dict() == {("free", "match_rate"): 0.4, ("free", "distance"): 0.2, ("chance", "match_rate"): 0.25}

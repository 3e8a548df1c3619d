"""The tables of agreement and of alignment, from made-up analyses."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.tables import agreement, alignment
from vitatlas.errors import UserError


def spec(family: str, options: dict[str, Any] | None = None, models: tuple[str, ...] = ("one", "none")) -> ArtifactSpec:
    """An artifact of a trained model and one with random weights."""
    panels = [{"model": name, "title": name.title(), "taught": "", "untrained": name == "none"} for name in models]
    return ArtifactSpec.model_validate(
        {
            **{
                "artifact": "table_02",
                "paper": "components",
                "tier": "demo",
                "family": family,
                "title": "",
                "section": "",
            },
            **{"caption": "", "panels": panels, "options": options or {}, "tier_note": None, "notes": []},
        }
    )


def scores() -> pd.DataFrame:
    """Two runs, two features, three components."""
    rows = []
    for model, level in (("one", 0.8), ("none", 0.5)):
        for run, shift in ((0, 0.0), (1, 0.1)):
            for feature, more in (("color", 0.0), ("location", 0.1)):
                value = level + shift + more
                bounds = {"low": value - 0.2, "high": value + 0.1}
                rows.append((model, run, "component_order", feature, -1, value, bounds["low"], bounds["high"]))
            for component in range(3):
                rows.append((model, run, "feature_order", None, component, level - 0.3 * component, None, None))
    columns = ["model", "run", "quantity", "feature", "component", "value", "low", "high"]
    return pd.DataFrame(rows, columns=columns).assign(n=100)


def test_agreement_is_a_mean_over_runs_and_then_over_features() -> None:
    values = agreement.values(scores(), spec("agreement", {"by": "ordering"}))
    means = values[values["feature"] == "mean"].set_index(["model", "ordering"])
    assert means.loc[("one", "component_order"), "value"] == pytest.approx(0.9)
    assert means.loc[("one", "component_order"), "over"] == 2
    assert means.loc[("none", "feature_order"), "value"] == pytest.approx(0.2)
    assert set(values["runs"]) == {2}


def test_agreement_by_feature_has_an_interval_in_each_cell() -> None:
    by_feature = spec("agreement", {"by": "feature"})
    table = agreement.layout(agreement.values(scores(), by_feature), by_feature)
    assert table.to_dict("records")[0] == {"Feature": "colour", "One": "0.85 [0.65, 0.95]", "None": "0.55 [0.35, 0.65]"}


def test_agreement_says_what_the_untrained_encoder_is_for() -> None:
    by_ordering = spec("agreement", {"by": "ordering"})
    values = agreement.values(scores(), by_ordering)
    table = agreement.layout(values, by_ordering)
    assert list(table.columns) == ["Model", "Component ordering", "Feature ordering"]
    assert table.loc[0, "Component ordering"] == "0.90 ± 0.07"
    assert any("random weights" in note for note in agreement.notes(values, by_ordering))


def labels(methods: tuple[str, ...] = ("free", "single")) -> pd.DataFrame:
    """Methods, and the truth, of one run."""
    rows: list[dict[str, Any]] = []
    for method in ("truth", *methods):
        for rank, (text, match) in enumerate([("red", "exact"), ("sea", "none" if method == "single" else "near")]):
            shown = {"component": "block.0.mlp", "shown": True}
            rows.append({"method": method, "quantity": "label", "rank": rank, "text": text, "match": match, **shown})
    for number, method in enumerate(methods):
        rows.append({"method": method, "quantity": "match_rate", "value": 0.4 - number / 10, "error": 0.02, "n": 30})
        rows.append({"method": method, "quantity": "distance", "value": 0.1 + number / 10, "error": 0.001, "n": 90})
    return pd.DataFrame(rows).assign(model="one", run=0, chance=0.25)


def test_alignment_lists_methods_and_their_texts_the_truth_last() -> None:
    of = spec("alignment", models=("one",))
    values = alignment.values(labels(), of)
    table = alignment.layout(values, of)
    assert table["Method"].tolist() == ["CompAlign, λ = 0", "One map only", "The model's own space"]
    assert table["Match rate"].tolist() == ["0.400 ± 0.020", "0.300 ± 0.020", "–"]
    assert table["Texts"].tolist() == ["red, sea~", "red, sea×", "red, sea~"]
    assert "0.25" in " ".join(alignment.notes(values, of))


def test_alignment_needs_methods_to_compare() -> None:
    table = labels(())
    with pytest.raises(UserError, match="no methods are compared"):
        alignment.values(table, spec("alignment", models=("one",)))

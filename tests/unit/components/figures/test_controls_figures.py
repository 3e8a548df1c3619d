"""The figures on the worth of scores, on decodability and on departures, from made-up analyses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from figure_pixels import from_csv, pixels

from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.figures import controls, decodability, departures

FEATURES = ("color", "location")


def spec(family: str, models: tuple[str, ...] = ("one", "random")) -> ArtifactSpec:
    """A figure of a trained encoder and one with random weights."""
    panels = [{"model": name, "title": name.title(), "taught": "", "untrained": name == "random"} for name in models]
    return ArtifactSpec.model_validate(
        {
            **{
                "artifact": "extra_x",
                "paper": "components",
                "tier": "demo",
                "family": family,
                "title": "",
                "section": "",
            },
            **{"caption": "", "panels": panels, "options": {}, "tier_note": None, "notes": []},
        }
    )


def scores() -> pd.DataFrame:
    """Two encoders, two features and five components; the location is not held by the second."""
    rng, rows = np.random.default_rng(0), []
    for model, above in (("one", (0.5, 0.4)), ("random", (0.3, 0.02))):
        for feature, whole in zip(FEATURES, above, strict=True):
            for quantity in controls.QUANTITIES:
                rows.append((model, feature, quantity, -1, "z", "whole", 0.5, 0.2, 0.7))
            rows.append((model, feature, "decodability", -1, "z", "whole", whole, None, None))
            for component, kind in enumerate(("init", "head", "head", "mlp", "conv")):
                for quantity in ("score", "decodability"):
                    rows.append((model, feature, quantity, component, f"c{component}", kind, rng.random(), None, None))
    columns = ["model", "feature", "quantity", "component", "name", "kind", "value", "low", "high"]
    return pd.DataFrame(rows, columns=columns).assign(run=0, n=100)


def effects() -> pd.DataFrame:
    """Every switch under both protocols."""
    rows = [
        {"departure": departure, "protocol": protocol, "quantity": f"of {departure}", "feature": feature}
        for departure in departures.SWITCHES
        for feature in (("all",) if departure == "layernorm" else FEATURES)
        for protocol in departures.LOOKS
    ]
    table = pd.DataFrame(rows).assign(model="one", n=50)
    runs = [table.assign(run=run, value=0.2 + 0.1 * run + 0.3 * (table["protocol"] == "reference")) for run in (0, 1)]
    return pd.concat(runs, ignore_index=True)


def test_controls_mark_what_is_not_held_and_the_untrained() -> None:
    values = controls.values(scores(), spec("controls"))
    assert len(values) == 2 * len(FEATURES) * len(controls.QUANTITIES)
    held = values.groupby(["model", "feature"])["held"].first()
    assert held.to_dict() == {
        ("one", "color"): True,
        ("one", "location"): True,
        ("random", "color"): True,
        ("random", "location"): False,
    }
    assert set(values.loc[values["untrained"], "model"]) == {"random"}


def test_decodability_has_each_component_beside_the_whole() -> None:
    table = scores()
    values = decodability.values(table, spec("decodability"))
    assert len(values) == 2 * 2 * 5 and "z" not in set(values["name"])
    one = values[(values["model"] == "one") & (values["feature"] == "color")]
    assert set(one["whole"]) == {0.5} and set(one["rho"]) == {0.5}
    wanted = table[(table["model"] == "one") & (table["feature"] == "color") & (table["quantity"] == "score")]
    wanted = wanted.set_index("component")["value"]
    assert one.set_index("component")["score"].to_dict() == pytest.approx(wanted.to_dict())


def test_departures_are_means_over_runs() -> None:
    values = departures.values(effects(), spec("departures", ("one",)))
    chosen = values[(values["departure"] == "gap") & (values["feature"] == "color")].set_index("protocol")
    assert chosen.loc["corrected", "value"] == pytest.approx(0.25)
    assert chosen.loc["reference", "value"] == pytest.approx(0.55)
    assert set(values["runs"]) == {2} and values["sd"].to_numpy() == pytest.approx(0.1 / 2**0.5)


CASES: list[tuple[Any, pd.DataFrame, ArtifactSpec]] = [
    (controls, scores(), spec("controls")),
    (decodability, scores(), spec("decodability")),
    (departures, effects(), spec("departures", ("one",))),
]


@pytest.mark.parametrize(("family", "table", "artifact"), CASES, ids=["controls", "decodability", "departures"])
def test_the_csv_draws_the_same_picture_and_other_numbers_another(
    family: Any, table: pd.DataFrame, artifact: ArtifactSpec, tmp_path: Path
) -> None:
    values = family.values(table, artifact)
    picture = pixels(family.draw(values, artifact))
    assert pixels(family.draw(from_csv(values, tmp_path), artifact)) == picture
    changed = table.assign(value=table["value"] / 2)
    assert pixels(family.draw(family.values(changed, artifact), artifact)) != picture

"""The figure of how local maps are, from made-up analyses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from artifact_specs import CONFIG, ZOO
from figure_pixels import from_csv, pixels
from matplotlib.text import Text

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import load_registry, with_stand_ins
from vitatlas.artifacts.style import SMALLEST
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures import locality
from vitatlas.papers import papers

LAYERS = {"mini-vit": 6, "mini-clip": 6, "mini-swin": 6, "mini-cnn": 4, "mini-vit-untrained": 6}
MODELS = ("vit_b16_384", "clip_b16", "swin_tiny", "resnet50", "deit_b16_untrained")
UNITS = 6


@pytest.fixture(scope="module")
def spec() -> ArtifactSpec:
    registry = load_registry(CONFIG / "artifacts/features.yaml", papers()["features"], ZOO)
    stand_ins = dict(zip(MODELS, LAYERS, strict=True))
    found: ArtifactSpec = artifact_spec(with_stand_ins(registry.artifact("extra_locality"), stand_ins), ZOO, "demo")
    return found


def measures(model: str, layer: int, unit: int) -> list[dict[str, Any]]:
    """All measures of a unit on all kinds of pictures; those of no interest here are .5."""
    trained = model != "mini-vit-untrained"
    about = {"model": model, "run": 0, "site": "mlp.act", "layer": layer, "unit": unit, "error": 0.1, "n": 5}
    about |= {"shown": False, "drawn": unit % 2 == 0, "of_object": trained, "of_place": True, "control": ""}
    rows = []
    for chosen in ("random", "mean", "maximum"):
        of = about | {"chosen": chosen}
        rows += [of | {"quantity": name, "value": 0.5} for name in ("variation", "above_half", "moran", "relocation")]
        for name in ("pointing", "auc", "auc_off", "iou"):
            rows += [of | {"quantity": name, "value": 0.7 + 0.01 * unit}]
            rows += [of | {"quantity": name, "value": 0.4, "control": "shuffled"}]
        rows.append(of | {"quantity": "area", "value": 0.15})
    return rows


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rows = [
        row
        for model, layers in LAYERS.items()
        for layer in range(layers)
        for unit in range(2 * UNITS)
        for row in measures(model, layer, unit)
    ]
    return pd.DataFrame(rows).astype({"unit": "Int64"})


@pytest.fixture(scope="module")
def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    return locality.values(table, spec)


def test_units_are_those_that_a_measure_is_asked_of(values: pd.DataFrame) -> None:
    of = values[(values["model"] == "mini-vit") & (values["layer"] == 0) & (values["control"] == "")]
    counts = of.set_index("panel").loc[["variation", "pointing", "auc_off"], "n"]
    assert (counts.loc["variation"] == UNITS).all()
    assert (counts.loc["pointing"] == 2 * UNITS).all() and counts.loc["auc_off"] == 2 * UNITS
    shown = values.groupby("panel")["chosen"].agg(set).to_dict()
    assert (shown["moran"], shown["auc"], shown["auc_off"]) == ({"random"}, {"maximum"}, {"mean"})
    assert shown["variation"] == {"random", "mean"}


def test_a_fit_stands_beside_its_controls(values: pd.DataFrame) -> None:
    pointing = values[(values["panel"] == "pointing") & (values["model"] == "mini-cnn") & (values["layer"] == 1)]
    found = pointing.set_index(["quantity", "control"])["value"].to_dict()
    expected = {("pointing", ""): 0.7 + 0.01 * np.arange(2 * UNITS).mean(), ("pointing", "shuffled"): 0.4}
    assert found == pytest.approx(expected | {("area", ""): 0.15})


def test_an_untrained_network_without_selective_units_has_no_line_there(values: pd.DataFrame) -> None:
    untrained = set(values.loc[values["untrained"], "panel"])
    assert "pointing" not in untrained and {"variation", "auc_off"} <= untrained


def test_depth_is_the_share_of_a_networks_own_layers(values: pd.DataFrame) -> None:
    for model, layers in LAYERS.items():
        depths = values.loc[values["model"] == model, "depth"].unique()
        assert sorted(depths) == pytest.approx([(layer + 1) / layers for layer in range(layers)])


def test_means_of_few_units_are_left_out(table: pd.DataFrame, spec: ArtifactSpec) -> None:
    few = (table["model"] == "mini-vit") & (table["layer"] == 2) & (table["unit"] > 3)
    left = table.assign(of_object=table["of_object"] & ~few)
    found = locality.values(left, spec)
    vit = found[(found["model"] == "mini-vit") & (found["panel"] == "pointing")]
    assert set(vit["layer"]) == {0, 1, 3, 4, 5}
    lines = [line for line in locality.draw(found, spec).axes[4].lines if len(line.get_xdata()) == 6]
    assert any(np.isnan(np.asarray(line.get_ydata(), dtype=float)).any() for line in lines)


def test_the_figure_follows_from_its_csv(values: pd.DataFrame, spec: ArtifactSpec, tmp_path: Path) -> None:
    drawn = locality.draw(values, spec)
    assert pixels(locality.draw(from_csv(values, tmp_path), spec)) == pixels(drawn)
    assert all(text.get_fontsize() >= SMALLEST - 0.01 for text in drawn.findobj(Text) if text.get_text())

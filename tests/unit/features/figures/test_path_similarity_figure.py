"""The figure of the paths of made and natural pictures, from made-up analyses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from artifact_specs import CONFIG, ZOO
from figure_pixels import from_csv, pixels
from matplotlib.colors import to_hex
from matplotlib.text import Text

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import load_registry, with_stand_ins
from vitatlas.artifacts.style import SMALLEST
from vitatlas.errors import UserError
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures import path_similarity
from vitatlas.features.path_similarity.names import COMPARED, FIRST, NORMALISED, SECOND
from vitatlas.papers import papers

LAYERS = {"mini-vit": 6, "mini-clip": 6, "mini-swin": 12, "mini-cnn": 3}
MODELS = ("vit_b16_384", "clip_b16", "swin_tiny", "resnet50")


def spec_with(stand_ins: dict[str, str]) -> ArtifactSpec:
    registry = load_registry(CONFIG / "artifacts/features.yaml", papers()["features"], ZOO)
    artifact = with_stand_ins(registry.artifact("extra_path_similarity"), stand_ins)
    found: ArtifactSpec = artifact_spec(artifact, ZOO, "demo")
    return found


@pytest.fixture(scope="module")
def spec() -> ArtifactSpec:
    return spec_with(dict(zip(MODELS, LAYERS, strict=True)))


def rows_of(model: str, layers: int, run: int = 0, shift: float = 0.0) -> pd.DataFrame:
    """Both halves, each followed up to its last layer; two units a layer."""
    middle, rows = -(-layers // 2), []
    for half, first, last in ((FIRST, 0, middle), (SECOND, middle, layers)):
        for at in range(last):
            about = {"model": model, "run": run, "half": half, "at_site": "mlp.act", "at": at}
            about |= {"units": 2 * (last - first), "n": 2 * (last - max(first, at))}
            for height, name in enumerate((*COMPARED, NORMALISED)):
                value = 0.1 * height + 0.01 * at + shift
                rows.append(about | {"quantity": name, "value": value, "low": value - 0.05, "high": value + 0.2})
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.concat([rows_of(model, layers) for model, layers in LAYERS.items()])


@pytest.fixture(scope="module")
def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    return path_similarity.values(table, spec)


def test_all_comparisons_are_of_later_layers_and_the_normalised_of_both(values: pd.DataFrame) -> None:
    shown = values.groupby(["model", "half"])["quantity"].agg(set)
    assert shown.map(len).groupby("half").agg(set).to_dict() == {FIRST: {1}, SECOND: {5}}
    assert values.groupby("model")["at"].max().to_dict() == {model: layers - 1 for model, layers in LAYERS.items()}


def test_runs_are_averaged_and_counted(spec: ArtifactSpec, table: pd.DataFrame, values: pd.DataFrame) -> None:
    second = rows_of("mini-vit", 6, run=1, shift=0.2)
    found = path_similarity.values(pd.concat([table, second]), spec).query("model == 'mini-vit'")
    once = values.query("model == 'mini-vit'")
    for column in ("value", "low", "high"):
        assert found[column].to_numpy() == pytest.approx(once[column].to_numpy() + 0.1)
    assert (found["runs"] == 2).all() and (once["runs"] == 1).all()


def test_a_network_without_rows_is_named(spec: ArtifactSpec, table: pd.DataFrame) -> None:
    with pytest.raises(UserError, match="mini-swin"):
        path_similarity.values(table.query("model != 'mini-swin'"), spec)


def test_one_network_in_several_panels_is_drawn_once(table: pd.DataFrame) -> None:
    spec = spec_with({**dict.fromkeys(MODELS, "mini-vit"), "resnet50": "mini-cnn"})
    found = path_similarity.values(table, spec)
    assert found["title"].nunique() == 2 and len(path_similarity.draw(found, spec).axes) == 4


def test_marks_are_hollow_where_not_all_units_reach(values: pd.DataFrame, spec: ArtifactSpec) -> None:
    axes = path_similarity.draw(values, spec).axes[0]
    made = values.query("model == 'mini-vit' and half == 'second' and quantity == 'made'")
    marks = [line for line in axes.lines if line.get_marker() == "o" and line.get_color() == "blue-hue"]
    filled, hollow = marks[0], marks[1]
    assert to_hex(filled.get_markerfacecolor()) == to_hex("blue-hue") != to_hex(hollow.get_markerfacecolor())
    for line, some in ((filled, made["at"] <= 3), (hollow, made["at"] > 3)):
        assert np.round(np.asarray(line.get_xdata(), dtype=float)).tolist() == made.loc[some, "at"].tolist()


def test_what_is_not_known_leaves_a_gap(values: pd.DataFrame, spec: ArtifactSpec, tmp_path: Path) -> None:
    lacking = (values["quantity"] == NORMALISED) & (values["model"] == "mini-clip") & (values["at"] == 2)
    numbers = values[["value", "low", "high"]].mask(lacking)
    path_similarity.draw(from_csv(values.assign(**numbers), tmp_path), spec)


@pytest.mark.parametrize("value", [-0.8, 3.5])
def test_no_value_is_outside_the_axes(values: pd.DataFrame, spec: ArtifactSpec, value: float) -> None:
    far = values.assign(value=values["value"].mask((values["quantity"] == NORMALISED) & (values["at"] == 1), value))
    low, high = path_similarity.draw(far, spec).axes[4].get_ylim()
    assert low < value < high


def test_the_figure_follows_from_its_csv(values: pd.DataFrame, spec: ArtifactSpec, tmp_path: Path) -> None:
    drawn = path_similarity.draw(values, spec)
    assert pixels(path_similarity.draw(from_csv(values, tmp_path), spec)) == pixels(drawn)
    assert all(text.get_fontsize() >= SMALLEST - 0.01 for text in drawn.findobj(Text) if text.get_text())
    assert all(axes.get_xlabel() for axes in drawn.axes[4:]) and drawn.axes[0].get_ylabel()

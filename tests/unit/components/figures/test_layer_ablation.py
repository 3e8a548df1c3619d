"""The figure of ablated layers, from made-up analyses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from artifact_specs import CONFIG, ZOO
from figure_pixels import from_csv, pixels
from matplotlib.figure import Figure
from matplotlib.text import Text

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import load_registry, with_stand_ins
from vitatlas.artifacts.style import COLUMN, SMALLEST
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.figures import layer_ablation
from vitatlas.errors import UserError
from vitatlas.papers import papers

PLAIN = {"deit_b16": "mini-vit", "clip_b16_laion": "mini-clip", "dino_b16": "mini-dino", "dinov2_b14": "mini-dino"}
OTHERS = {"swin_base": "mini-swin", "maxvit_small": "mini-maxvit", "deit_b16_untrained": "mini-vit-untrained"}
STAND_INS = PLAIN | OTHERS
MODELS = tuple(dict.fromkeys(STAND_INS.values()))
LAYERS = {name: 4 + number for number, name in enumerate(MODELS)}


@pytest.fixture(scope="module")
def spec() -> ArtifactSpec:
    registry = load_registry(CONFIG / "artifacts/components.yaml", papers()["components"], ZOO)
    found: ArtifactSpec = artifact_spec(with_stand_ins(registry.artifact("figure_02"), STAND_INS), ZOO, "demo")
    return found


def rows(run: int = 0, shift: float = 0.0) -> pd.DataFrame:
    """Curves that fall from .9 to chance; a block ends with every second layer."""
    parts = []
    for model, layers in LAYERS.items():
        for start in ("last", "first"):
            ablated = [0, 0, *range(1, layers + 1)]
            table = pd.DataFrame({"step": range(layers + 2), "layers": ablated})
            table["value"] = np.linspace(0.9, 0.06, layers + 2) + shift
            table["ends"] = (table["layers"] % 2 == 0) & (table["layers"] > 0)
            table["name"] = [f"layer {number}" for number in range(layers + 2)]
            parts.append(table.assign(model=model, run=run, start=start, n=100, chance=0.06))
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def values(spec: ArtifactSpec) -> pd.DataFrame:
    return layer_ablation.values(pd.concat([rows(), rows(1, 0.02)]), spec)


@pytest.fixture(scope="module")
def drawn(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    return layer_ablation.draw(values, spec)


def test_a_value_is_the_mean_over_runs_within_the_interval_of_a_share(values: pd.DataFrame) -> None:
    first = values[(values["model"] == "mini-vit") & (values["start"] == "last") & (values["step"] == 0)].iloc[0]
    assert first["value"] == pytest.approx(0.91)
    assert first["low"] < 0.91 < first["high"] < 1
    assert (first["runs"], first["n"]) == (2, 100)


def test_a_share_is_that_of_a_models_own_layers(values: pd.DataFrame) -> None:
    for _, curve in values.groupby(["model", "start"]):
        assert curve["share"].iloc[[0, -1]].tolist() == [0, 1]
        assert curve["share"].is_monotonic_increasing


def test_a_model_that_stands_for_two_is_drawn_once(values: pd.DataFrame) -> None:
    assert not values.duplicated(["model", "start", "step"]).any()
    assert set(values["model"]) == set(MODELS)


def test_panels_show_both_orders_and_circles_where_blocks_end(drawn: Figure, values: pd.DataFrame) -> None:
    layers, share, first = drawn.axes
    last = values[(values["start"] == "last") & (values["model"] == "mini-swin")]
    curve = next(line for line in layers.lines if line.get_label() == "mini-swin")
    assert np.allclose(curve.get_xydata(), last[["layers", "value"]])
    circles = [line for line in layers.lines if line.get_marker() == "o" and len(line.get_xdata())]
    assert len(circles) == len(MODELS)
    ends = values.loc[values["ends"] & (values["start"] == "last"), ["layers", "value"]]
    assert {tuple(point) for line in circles for point in line.get_xydata()} == set(map(tuple, ends.to_numpy()))
    for axes in (share, first):
        assert max(line.get_xdata()[-1] for line in axes.lines) == 1
    assert all(axes.get_xlabel() for axes in drawn.axes)


def test_models_differ_in_colour_or_in_line(drawn: Figure) -> None:
    looks = {(line.get_color(), line.get_linestyle()) for line in drawn.axes[1].lines}
    assert len(looks) == len(MODELS) + 1  # and chance


def test_more_models_than_looks_are_drawn(values: pd.DataFrame, spec: ArtifactSpec) -> None:
    one = values[values["model"] == "mini-vit"]
    many = pd.concat([one.assign(title=f"model {number}") for number in range(len(layer_ablation.LOOKS) + 1)])
    share = layer_ablation.draw(many, spec).axes[1]
    assert len(share.lines) == len(layer_ablation.LOOKS) + 2  # and chance


def test_the_csv_alone_redraws_the_same_figure(values: pd.DataFrame, spec: ArtifactSpec, tmp_path: Path) -> None:
    again = layer_ablation.draw(from_csv(values, tmp_path), spec)
    assert pixels(layer_ablation.draw(values, spec)) == pixels(again)


def test_letters_are_large_enough_and_lie_inside(drawn: Figure) -> None:
    assert drawn.get_figwidth() <= COLUMN
    drawn.draw_without_rendering()
    texts = [text for text in drawn.findobj(Text) if text.get_text().strip() and text.get_visible()]
    assert min(text.get_fontsize() for text in texts) >= SMALLEST
    inches = drawn.get_tightbbox()
    assert (
        inches.x0 >= 0 and inches.y0 >= 0 and inches.x1 <= drawn.get_figwidth() and inches.y1 <= drawn.get_figheight()
    )


def test_a_model_without_rows_is_refused(spec: ArtifactSpec) -> None:
    table = rows()
    with pytest.raises(UserError, match="model 'mini-swin'"):
        layer_ablation.values(table[table["model"] != "mini-swin"], spec)

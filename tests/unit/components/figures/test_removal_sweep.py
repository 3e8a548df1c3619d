"""The figure of removal component by component, from made-up analyses."""

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
from vitatlas.components.figures import removal_sweep
from vitatlas.errors import UserError
from vitatlas.papers import papers

PLAIN = {"deit_b16": "mini-vit", "clip_b16_laion": "mini-clip", "dino_b16": "mini-dino", "dinov2_b14": "mini-dino"}
STAND_INS = PLAIN | {"swin_base": "mini-swin", "maxvit_small": "mini-maxvit"}
MODELS = tuple(dict.fromkeys(STAND_INS.values()))
SLOPES = {"chosen": 0.1, "random": 0.0, "lowest": -0.01, "core": -0.04}
MOST, SHOWN = 4, 3


def rows() -> pd.DataFrame:
    """The worst group begins at .5, in the second head at .54, and moves evenly; draws lie .02 apart."""
    found = []
    for model in MODELS:
        for head, begin in enumerate((0.5, 0.54)):
            about = {"model": model, "run": 0, "head": head, "group": "worst", "n": 100, "chance": 0.5}
            found.append(about | {"control": "none", "draw": 0, "k": 0, "value": begin, "reported": True})
            for control, slope in SLOPES.items():
                for draw in range(2 if control == "random" else 1):
                    for k in range(1, MOST + 1):
                        value = begin + slope * k + 0.02 * draw
                        step = {"control": control, "draw": draw, "k": k, "value": value, "reported": k == SHOWN}
                        found.append(about | step)
    return pd.DataFrame(found)


@pytest.fixture(scope="module")
def spec() -> ArtifactSpec:
    registry = load_registry(CONFIG / "artifacts/components.yaml", papers()["components"], ZOO)
    found: ArtifactSpec = artifact_spec(with_stand_ins(registry.artifact("extra_removal"), STAND_INS), ZOO, "demo")
    return found


@pytest.fixture(scope="module")
def values(spec: ArtifactSpec) -> pd.DataFrame:
    others = rows().assign(group="average", value=0.9)
    return removal_sweep.values(pd.concat([rows(), others]), spec)


@pytest.fixture(scope="module")
def drawn(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    return removal_sweep.draw(values, spec)


def test_every_control_begins_where_nothing_is_removed_and_is_a_mean_over_heads_and_draws(values: pd.DataFrame) -> None:
    for (_, control), curve in values.groupby(["model", "control"]):
        later = 0.52 + SLOPES[str(control)] * np.arange(1, MOST + 1) + (0.01 if control == "random" else 0)
        assert curve["k"].tolist() == list(range(MOST + 1))
        assert curve["value"].tolist() == pytest.approx([0.52, *later])
        assert curve["sd"].tolist() == pytest.approx([0.04 / 2**0.5] * (MOST + 1))
    assert values.loc[values["reported"], "k"].unique().tolist() == [SHOWN]


def test_a_panel_per_model_shows_all_controls_and_the_number_of_the_tables(drawn: Figure) -> None:
    panels = [axes for axes in drawn.axes if axes.lines]
    assert [axes.get_title().split(") ")[1] for axes in panels] == list(MODELS)
    for axes in panels:
        curves = [line for line in axes.lines if len(line.get_xdata()) == MOST + 1]
        assert len(curves) == len(SLOPES)
        assert len({(line.get_color(), line.get_linestyle()) for line in curves}) == len(SLOPES)
        assert axes.lines[-1].get_xdata()[0] == SHOWN


def test_the_csv_alone_redraws_the_same_figure(values: pd.DataFrame, spec: ArtifactSpec, tmp_path: Path) -> None:
    again = removal_sweep.draw(from_csv(values, tmp_path), spec)
    assert pixels(removal_sweep.draw(values, spec)) == pixels(again)


def test_letters_are_large_enough_and_lie_inside(drawn: Figure) -> None:
    assert drawn.get_figwidth() <= COLUMN
    drawn.draw_without_rendering()
    texts = [text for text in drawn.findobj(Text) if text.get_text().strip() and text.get_visible()]
    assert min(text.get_fontsize() for text in texts) >= SMALLEST
    inches = drawn.get_tightbbox()
    assert inches.x0 >= 0 and inches.y0 >= 0
    assert inches.x1 <= drawn.get_figwidth() and inches.y1 <= drawn.get_figheight()


def test_a_model_without_a_control_is_refused(spec: ArtifactSpec) -> None:
    table = rows()
    with pytest.raises(UserError, match="control 'lowest'"):
        removal_sweep.values(table[table["control"] != "lowest"], spec)

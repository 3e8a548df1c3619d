"""The charts of turned and shifted pictures, from made-up analyses."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from artifact_specs import CONFIG, ZOO
from figure_pixels import from_csv, pixels
from matplotlib.text import Text

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import load_registry, with_stand_ins
from vitatlas.artifacts.style import SMALLEST
from vitatlas.errors import UserError
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures import moved
from vitatlas.papers import papers
from vitatlas.statistics.students_t import quantile

STAND_INS = {
    **{"vit_b16_384": "mini-vit", "clip_b16": "mini-clip", "swin_tiny": "mini-swin"},
    **{"resnet50": "mini-cnn", "deit_b16_untrained": "mini-vit-untrained"},
}


def spec(name: str) -> ArtifactSpec:
    registry = load_registry(CONFIG / "artifacts/features.yaml", papers()["features"], ZOO)
    found: ArtifactSpec = artifact_spec(with_stand_ins(registry.artifact(name), STAND_INS), ZOO, "demo")
    return found


def rows(run: int = 0, shift: float = 0.0) -> pd.DataFrame:
    """Six layers of every network; translation keeps more than rotation."""
    found = []
    for model in STAND_INS.values():
        for layer in range(6):
            for motion, stays in (("rotation", 0.3), ("translation", 0.5)):
                about = {"model": model, "run": run, "site": "mlp.act", "layer": layer, "motion": motion}
                means = {"before": 1.0 + layer, "after": (1.0 + layer) * stays, "of_means": stays}
                found.append(about | means | {"ratio": stays + shift, "error": 0.02, "units": 12, "n": 10})
    return pd.DataFrame(found)


def test_a_ratio_is_the_mean_over_runs_with_an_interval_over_units() -> None:
    values = moved.values(pd.concat([rows(), rows(1, 0.1)]), spec("figure_13"))
    ratios = values[values["what"] == "ratio"]
    assert ratios["value"].tolist() == pytest.approx([0.35] * 6)
    assert ratios["half_width"].tolist() == pytest.approx([0.02 * quantile(0.975, 9)] * 6)
    assert (ratios["units"] == 10).all() and (ratios["runs"] == 2).all()
    assert values.loc[values["what"] == "of_means", "half_width"].isna().all()


def test_means_are_of_all_units_of_the_motion() -> None:
    values = moved.values(rows(), spec("figure_14"))
    assert set(values["motion"]) == {"translation"}
    assert values.loc[values["what"] == "after", "value"].tolist() == [0.5 * (1 + layer) for layer in range(6)]
    assert (values["units"] == 12).all()


@pytest.mark.parametrize("name", ["figure_12", "extra_moved"])
def test_a_figure_follows_from_its_csv(name: str, tmp_path: Path) -> None:
    one = spec(name)
    values = moved.values(rows(), one)
    drawn = moved.draw(values, one)
    assert pixels(moved.draw(from_csv(values, tmp_path), one)) == pixels(drawn)
    assert all(text.get_fontsize() >= SMALLEST - 0.01 for text in drawn.findobj(Text) if text.get_text())


def test_bars_stand_beside_one_another_and_no_bar_is_cut_off() -> None:
    one = spec("extra_moved")
    high = rows()
    high.loc[(high["model"] == "mini-cnn") & (high["layer"] == 0), "ratio"] = 1.4
    axes = moved.draw(moved.values(high, one), one).axes
    shown = [panel for panel in axes if panel.patches]
    assert len(shown) == len(STAND_INS)
    for panel in shown:
        edges = sorted((bar.get_x(), bar.get_x() + bar.get_width()) for bar in panel.patches)
        assert len(edges) == 12
        assert all(first[1] < second[0] for first, second in pairwise(edges))
    assert axes[0].get_ylim()[1] > 1.4


def test_a_network_without_rows_is_an_error() -> None:
    with pytest.raises(UserError, match="mini-swin"):
        moved.values(rows().query("model != 'mini-swin'"), spec("extra_moved"))

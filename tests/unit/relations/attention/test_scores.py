from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from vitatlas.relations.attention.scores import in_order, peaks, per_layer, stage_scores


def table(values: dict[str, list[list[float]]], *, run: int = 0, pairs: str = "all") -> pd.DataFrame:
    """A table of attention from values[quantity][layer][head]."""
    return pd.DataFrame(
        {
            "model": "mini",
            "task": "discrimination",
            "setting": "256",
            "run": run,
            "layer": layer,
            "head": head,
            "quantity": quantity,
            "pairs": pairs,
            "value": value,
            "sem": 0.01,
            "n": 10,
        }
        for quantity, layers in values.items()
        for layer, heads in enumerate(layers)
        for head, value in enumerate(heads)
    )


def test_the_curve_is_the_largest_head_of_each_layer() -> None:
    curves = per_layer(table({"WO": [[0.1, 0.7], [0.4, 0.2]]}))
    assert curves["value"].tolist() == [0.7, 0.4]
    assert curves["head"].tolist() == [1, 0]
    assert curves["layer"].tolist() == [0, 1]


def test_heads_of_different_runs_are_not_mixed() -> None:
    both = pd.concat([table({"WO": [[0.1, 0.7]]}), table({"WO": [[0.9, 0.2]]}, run=1)])
    curves = per_layer(both)
    assert curves[["run", "value"]].to_numpy().tolist() == [[0, 0.7], [1, 0.9]]


def test_only_the_pairs_asked_for_count() -> None:
    both = pd.concat([table({"WO": [[0.1]]}), table({"WO": [[0.9]]}, pairs="same-color")])
    assert per_layer(both)["value"].tolist() == [0.1]
    assert per_layer(both, pairs="same-color")["value"].tolist() == [0.9]


def test_peaks_star_the_highest_layer() -> None:
    curves = per_layer(table({"WO": [[0.9], [0.5], [0.6]], "BG": [[0.1], [0.2], [0.8]]}))
    assert dict(peaks(curves)[["quantity", "layer"]].to_numpy()) == {"WO": 0, "BG": 2}


def test_layers_before_the_first_counted_one_get_no_star() -> None:
    curves = per_layer(table({"WO": [[0.9], [0.5], [0.6]], "BG": [[0.9], [0.2], [0.1]]}))
    assert dict(peaks(curves, first_layer=1)[["quantity", "layer"]].to_numpy()) == {"WO": 2, "BG": 1}


def test_a_tie_goes_to_the_earlier_layer() -> None:
    assert peaks(per_layer(table({"WP": [[0.1], [0.4], [0.4]]})))["layer"].tolist() == [1]


def test_peaks_of_curves_averaged_over_runs() -> None:
    both = pd.concat([table({"WO": [[0.6], [0.5]]}), table({"WO": [[0.1], [0.5]]}, run=1)])
    mean = per_layer(both).groupby(["model", "task", "setting", "quantity", "layer"], as_index=False)["value"].mean()
    assert peaks(mean)["layer"].tolist() == [1]


@pytest.mark.parametrize(
    ("layers", "ordered", "text"),
    [
        ({"WO": 0, "WP": 1, "BG": 2}, True, "WO 0 < WP 1 < BG 2"),
        ({"WO": 0, "WP": 2, "BG": 2}, False, "WO 0 < WP 2 = BG 2"),
        ({"WO": 1, "WP": 0, "BG": 2}, False, "WO 1 > WP 0 < BG 2"),
        ({"WO": 0, "WP": 1, "BP": 2, "BG": 3}, True, "WO 0 < WP 1 < BP 2 < BG 3"),
        ({"WO": 0, "WP": 1, "BP": 3, "BG": 2}, False, "WO 0 < WP 1 < BP 3 > BG 2"),
    ],
)
def test_order_of_peaks(layers: dict[str, int], ordered: bool, text: str) -> None:
    values = {name: [[float(layer == peak)] for layer in range(4)] for name, peak in layers.items()}
    found = in_order(peaks(per_layer(table(values))))
    assert found[["in_order", "layers"]].to_numpy().tolist() == [[ordered, text]]


def test_a_network_local_first_and_global_later_scores_full_marks() -> None:
    scores = stage_scores(table({"global": [[0.0, 0.0], [0.0, 0.0], [1.0, 1.0], [1.0, 1.0]]}))
    assert scores[["perceptual", "relational"]].to_numpy().tolist() == [[1.0, 1.0]]


def test_stage_scores_average_heads_of_each_half() -> None:
    scores = stage_scores(table({"global": [[0.2, 0.4], [0.6, 1.0]], "WO": [[0.9, 0.9], [0.9, 0.9]]}))
    assert scores["perceptual"].item() == pytest.approx(0.7)
    assert scores["relational"].item() == pytest.approx(0.8)


def test_an_odd_depth_counts_its_middle_layer_as_perceptual() -> None:
    scores = stage_scores(table({"global": [[0.0], [0.5], [1.0]]}))
    assert scores["perceptual"].item() == pytest.approx(0.75)
    assert scores["relational"].item() == pytest.approx(1.0)


@pytest.mark.parametrize("module", ["scores", "roles"])
def test_what_figures_import_needs_no_torch(module: str, root: Path) -> None:
    code = f"import sys, vitatlas.relations.attention.{module}; sys.exit('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(root / "src")}, check=False)
    assert done.returncode == 0

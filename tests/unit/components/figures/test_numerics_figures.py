"""Figures of the decomposition's numerics: what is drawn is what the tables say, and everything can be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from artifact_specs import CONFIG, ZOO
from figure_pixels import from_csv, pixels
from matplotlib.figure import Figure
from matplotlib.text import Text
from numerics_tables import bias_policy_table, exactness_table, throughput_table

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import load_registry
from vitatlas.artifacts.style import COLUMN, SMALLEST
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.figures import bias_policy, exactness, throughput
from vitatlas.errors import UserError
from vitatlas.papers import papers

MADE: dict[str, tuple[ModuleType, Callable[..., pd.DataFrame]]] = {
    "extra_exactness": (exactness, exactness_table),
    "extra_bias_policy": (bias_policy, bias_policy_table),
    "extra_throughput": (throughput, throughput_table),
}


def figure(name: str, tier: str = "demo") -> ArtifactSpec:
    registry = load_registry(CONFIG / "artifacts/components.yaml", papers()["components"], ZOO)
    found: ArtifactSpec = artifact_spec(registry.artifact(name), ZOO, tier)  # type: ignore[arg-type]
    return found


def values_of(name: str, **sizes: int) -> pd.DataFrame:
    module, table = MADE[name]
    spec = figure(name)
    found: pd.DataFrame = module.values(pd.concat([table(panel.model, **sizes) for panel in spec.panels]), spec)
    return found


def first(values: pd.DataFrame) -> pd.DataFrame:
    return values[values["title"] == values["title"].iloc[0]]


def texts_of(drawn: Figure) -> list[Text]:
    return [text for text in drawn.findobj(Text) if text.get_text().strip() and text.get_visible()]


@pytest.mark.parametrize("name", MADE)
def test_the_csv_alone_redraws_the_same_figure(name: str, tmp_path: Path) -> None:
    values, module, spec = values_of(name), MADE[name][0], figure(name)
    assert pixels(module.draw(values, spec)) == pixels(module.draw(from_csv(values, tmp_path), spec))


@pytest.mark.parametrize("tier", ["demo", "paper"])
@pytest.mark.parametrize("name", MADE)
def test_letters_are_large_enough_and_lie_inside(name: str, tier: str) -> None:
    drawn = MADE[name][0].draw(values_of(name), figure(name, tier))
    assert drawn.get_figwidth() <= COLUMN
    drawn.draw_without_rendering()
    assert min(text.get_fontsize() for text in texts_of(drawn)) >= SMALLEST
    taken, (width, height) = drawn.get_tightbbox(), drawn.get_size_inches()
    assert taken.x0 >= 0 and taken.y0 >= 0 and taken.x1 <= width and taken.y1 <= height


@pytest.mark.parametrize("name", MADE)
def test_labels_of_axes_and_legends_do_not_overlap(name: str) -> None:
    drawn = MADE[name][0].draw(values_of(name), figure(name))
    drawn.draw_without_rendering()
    labels = [axes.xaxis.label for axes in drawn.axes] + [axes.title for axes in drawn.axes]
    boxes = [text.get_window_extent() for text in labels if text.get_text()]
    boxes += [legend.get_window_extent() for legend in drawn.legends]
    assert len(boxes) >= 2
    for number, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:number])


@pytest.mark.parametrize("name", MADE)
def test_every_model_has_a_row_with_its_name(name: str) -> None:
    drawn = MADE[name][0].draw(values_of(name), figure(name))
    shown = [text.get_text() for text in drawn.axes[0].get_yticklabels()]
    assert shown == [panel.title for panel in figure(name).panels]


@pytest.mark.parametrize("name", MADE)
def test_a_model_without_rows_is_an_error_that_names_it(name: str) -> None:
    module, table = MADE[name]
    spec = figure(name)
    with pytest.raises(UserError, match=f"model '{spec.panels[1].model}'"):
        module.values(table(spec.panels[0].model), spec)


def test_errors_are_medians_with_the_smallest_and_the_largest_over_pictures_and_runs() -> None:
    values = first(values_of("extra_exactness", runs=2))
    row = values.query("quantity == 'sum' and policy == 'own' and layernorm == 'corrected' and precision == 'float32'")
    assert row[["middle", "low", "high", "n"]].to_numpy().tolist() == [pytest.approx([2.4e-7, 2e-7, 2.8e-7, 10])]
    assert len(values) == 3 * 2 * 2 + 2


def test_marks_of_errors_stand_where_the_values_say_and_spacings_are_named() -> None:
    values, spec = values_of("extra_exactness"), figure("extra_exactness")
    axes = exactness.draw(values, spec).axes[0]
    marks = [line for line in axes.get_lines() if line.get_marker() not in ("None", "", None)]
    assert sorted(line.get_xdata()[0] for line in marks) == pytest.approx(sorted(values["middle"]))
    crosses = [line for line in marks if line.get_marker() == exactness.REFERENCE]
    assert {round(float(line.get_xdata()[0]), 4) for line in crosses} == {0.0096}
    assert len(crosses) == 3 * 2 * len(spec.panels)
    upright = [line for line in axes.get_lines() if len(set(line.get_xdata())) == 1 and line not in marks]
    assert sorted({line.get_xdata()[0] for line in upright}) == [np.finfo("float64").eps, np.finfo("float32").eps]


def test_order_is_the_rank_correlation_of_lengths() -> None:
    values = first(values_of("extra_bias_policy"))
    assert values.groupby("policy")["order"].unique().map(list).to_dict() == {"own": [1.0], "uniform": [-1.0]}
    drawn = bias_policy.draw(values_of("extra_bias_policy"), figure("extra_bias_policy"))
    shown = [text.get_text() for axes in drawn.axes for text in axes.texts]
    assert shown == ["ρ 1.000"] * 7 + ["ρ -1.000"] * 7


def test_components_that_do_not_change_have_no_mark_and_those_beyond_the_axis_stand_at_its_ends() -> None:
    values = values_of("extra_bias_policy")
    for axes in bias_policy.draw(values, figure("extra_bias_policy")).axes:
        marks = [x for line in axes.get_lines() for x in line.get_xdata()]
        assert sorted(set(marks)) == pytest.approx([1e-4, 0.02, 0.1, 1.0])


def test_cost_is_relative_to_the_forward_pass_of_the_same_round() -> None:
    """Rounds of unlike speed leave no spread in it."""
    values = first(values_of("extra_throughput")).set_index(["quantity", "what"])
    for what, ratio in (("components", 1.25), ("tokens", 2.0)):
        assert values.loc[("relative", what), ["middle", "low", "high"]].tolist() == pytest.approx([ratio] * 3)
    assert values.loc[("rate", "forward"), ["middle", "low", "high"]].tolist() == pytest.approx([500, 1000 / 3, 1000])
    assert ("relative", "forward") not in values.index


def test_rounds_of_several_runs_are_held_against_their_own_forward_passes() -> None:
    spec = figure("extra_throughput")
    tables = [throughput_table(panel.model).assign(run=0) for panel in spec.panels]
    tables += [throughput_table(panel.model, slow=7).assign(run=1) for panel in spec.panels]
    values = throughput.values(pd.concat(tables), spec)
    relative = values[values["quantity"] == "relative"]
    assert relative["low"].tolist() == pytest.approx(relative["high"].tolist())
    assert set(relative["rounds"]) == {6}


def test_the_machine_is_named() -> None:
    drawn = throughput.draw(values_of("extra_throughput"), figure("extra_throughput"))
    note = " ".join(drawn.get_suptitle().split())
    assert "Measured on a processor, 2 cores, 24 GB; time of one processor core; 32 pictures at a time." in note

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from artifact_specs import spec
from artifact_tables import attention_table
from figure_pixels import from_csv, pixels
from intervention_tables import METHODS, PROPERTIES, example_table, novel_table

from vitatlas.errors import UserError
from vitatlas.relations.figures import novel

SUCCESS = "panel == 1 and part == 'success'"


def tables(figure, attention=(), **sizes):
    cells = sorted({(panel.model, panel.task, panel.setting) for panel in figure.panels})
    parts = [attention_table(*cell, **dict(attention)) for cell in cells] + [
        novel_table(*cell, **sizes) for cell in cells
    ]
    return pd.concat(parts, ignore_index=True)


def bars(axes):
    return [container for container in axes.containers if len(container.patches)]


@pytest.mark.parametrize("name", ["figure_04", "figure_13"])
def test_the_csv_alone_redraws_the_same_figure(name, tmp_path):
    figure = spec(name)
    values = novel.values(pd.concat([tables(figure), example_table("discrimination")], ignore_index=True), figure)
    assert pixels(novel.draw(values, figure)) == pixels(novel.draw(from_csv(values, tmp_path), figure))


def test_numbers_and_intervals_are_means_over_runs():
    figure = spec("figure_13")
    table = tables(figure)
    chosen = (table["task"] == "rmts") & (table["method"] == "sampled") & (table["property"] == "color")
    rows = table[chosen & (table["layer"] == 1)]
    found = novel.values(table, figure).query(
        f"{SUCCESS} and method == 'sampled' and property == 'color' and layer == 1"
    )
    assert len(found) == 1 and found["runs"].iloc[0] == 3
    means = rows[["accuracy", "low", "high"]].mean().to_numpy()
    np.testing.assert_allclose(found[["value", "low", "high"]].to_numpy(float)[0], means)
    assert found["sd"].iloc[0] == pytest.approx(rows["accuracy"].std())


def test_bars_and_intervals_are_the_values():
    figure = spec("figure_13")
    values = novel.values(tables(figure), figure)
    axes = [axes for axes in novel.draw(values, figure).axes if axes.get_ylabel() == "Success"]
    for index, chart in enumerate(axes):
        rows = values[(values["panel"] == index) & (values["part"] == "success")]
        assert len(bars(chart)) == len(METHODS) * len(PROPERTIES)
        drawn = sorted(bar.get_height() for container in bars(chart) for bar in container.patches)
        assert drawn == sorted(rows["value"])
        ends = [tuple(line[:, 1]) for lines in chart.collections for line in lines.get_segments()]
        spread = zip(rows["value"] - rows["sd"], rows["value"] + rows["sd"], strict=True)
        assert sorted(ends) == sorted([*zip(rows["low"], rows["high"], strict=True), *spread])


def test_pairs_made_the_same_are_marked_at_their_bars():
    figure = spec("figure_13")
    values = novel.values(tables(figure), figure)
    axes = [axes for axes in novel.draw(values, figure).axes if axes.get_ylabel() == "Success"]
    for index, chart in enumerate(axes):
        rows = values[(values["panel"] == index) & (values["part"] == "made same")]
        marks = [line for line in chart.get_lines() if line.get_marker() == "^"]
        assert sorted(y for line in marks for y in line.get_ydata()) == sorted(rows["value"])
        centres = {round(bar.get_x() + bar.get_width() / 2, 6) for group in bars(chart) for bar in group.patches}
        assert {round(x, 6) for line in marks for x in line.get_xdata()} == centres


def test_bars_of_a_layer_stand_apart_in_order():
    figure = spec("figure_13")
    axes = novel.draw(novel.values(tables(figure), figure), figure).axes[0]
    first = [container.patches[0] for container in bars(axes)]
    left = [bar.get_x() for bar in first]
    assert left == sorted(left) and left[0] > -0.5 and left[-1] + first[-1].get_width() < 0.5
    assert all(a.get_x() + a.get_width() <= b.get_x() + 1e-9 for a, b in pairwise(first))
    assert len({bar.get_facecolor() for bar in first}) == len(first)


def test_the_drawing_of_the_method_comes_first():
    figure = spec("figure_04")
    table = pd.concat([tables(figure), example_table("discrimination")], ignore_index=True)
    values = novel.values(table, figure)
    assert values.loc[values["part"] == "scheme", "picture"].value_counts().to_dict() == {
        "base": 2,
        "source": 2,
        "edited": 2,
    }
    titles = [axes.get_title() for axes in novel.draw(values, figure).axes if axes.get_title()]
    assert [title for title in titles if title.startswith("(")] == ["(b) mini-objects, discrimination"]


def test_a_single_run_has_no_spread_but_an_interval():
    figure = spec("figure_13")
    values = novel.values(tables(figure, runs=1), figure)
    assert values["sd"].isna().all() and values.loc[values["part"] == "success", "low"].notna().all()
    assert pixels(novel.draw(values, figure))


def test_a_missing_number_is_marked():
    figure = spec("figure_13")
    table = tables(figure)
    chosen = (table["method"] == "added") & (table["property"] == "shape") & (table["layer"] == 3)
    table.loc[chosen & (table["task"] == "rmts"), ["accuracy", "low", "high"]] = np.nan
    values = novel.values(table, figure)
    assert values.query(f"{SUCCESS} and warning.notna()")["warning"].tolist() == ["no number"]
    axes = [axes for axes in novel.draw(values, figure).axes if axes.get_ylabel() == "Success"]
    crosses = [[line.get_marker() for line in chart.get_lines() if line.get_marker() == "x"] for chart in axes]
    assert crosses == [[], ["x"]]


def test_rows_that_are_missing_or_doubled_are_errors():
    figure = spec("figure_13")
    table = tables(figure)
    gone = table[~((table["method"] == "random") & (table["task"] == "rmts"))]
    with pytest.raises(UserError, match=r"first: run 0, layer 0, property shape, method random .*task 'rmts'"):
        novel.values(gone, figure)
    with pytest.raises(UserError, match="more than one number of novel representations"):
        novel.values(pd.concat([table, table[table["method"] == "added"]], ignore_index=True), figure)

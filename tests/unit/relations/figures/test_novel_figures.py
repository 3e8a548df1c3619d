from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from artifact_specs import spec
from artifact_tables import attention_table, behavior_table
from figure_pixels import from_csv, pixels
from intervention_tables import METHODS, PROPERTIES, das_table, example_table, novel_table

from vitatlas.errors import UserError
from vitatlas.relations.figures import novel

SUCCESS = "panel == 1 and part == 'success'"


def tables(figure, chance=(), **sizes):
    """The tables of all panels; models on the tasks in `chance` are at chance."""
    cells = sorted({(panel.model, panel.task, panel.setting) for panel in figure.panels})
    parts = [made(*cell) for cell in cells for made in (attention_table, das_table)]
    parts += [novel_table(*cell, **sizes) for cell in cells]
    parts += [behavior_table(*cell, chance=cell[1] in chance) for cell in cells]
    return pd.concat(parts, ignore_index=True)


def charts(drawn):
    return [axes for axes in drawn.axes if axes.get_ylabel().startswith("Success")]


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
    chosen = novel.values(table, figure).query("method == 'sampled' and property == 'color' and layer == 1")
    pooled = chosen.query("panel == 1 and part == 'pooled'")
    assert len(pooled) == 1 and pooled["runs"].iloc[0] == 3
    means = rows[["accuracy", "low", "high"]].mean().to_numpy()
    np.testing.assert_allclose(pooled[["value", "low", "high"]].to_numpy(float)[0], means)
    assert pooled["sd"].iloc[0] == pytest.approx(rows["accuracy"].std())
    same = chosen.query(SUCCESS)
    assert len(same) == 1 and same["value"].iloc[0] == pytest.approx(rows["made_same"].mean())
    assert same["sd"].iloc[0] == pytest.approx(rows["made_same"].std())


def test_bars_are_of_pairs_made_the_same_and_so_is_what_happens_without_an_intervention():
    figure = spec("figure_13")
    values = novel.values(tables(figure), figure)
    drawn_charts = charts(novel.draw(values, figure))
    assert len(drawn_charts) == len(figure.panels)
    for index, chart in enumerate(drawn_charts):
        rows = values[(values["panel"] == index) & (values["part"] == "success")]
        assert len(bars(chart)) == len(METHODS) * len(PROPERTIES)
        drawn = sorted(bar.get_height() for container in bars(chart) for bar in container.patches)
        assert drawn == sorted(rows["value"])
        ends = [tuple(line[:, 1]) for lines in chart.collections for line in lines.get_segments()]
        assert sorted(ends) == sorted(zip(rows["value"] - rows["sd"], rows["value"] + rows["sd"], strict=True))
        # das_table: of pairs that are to become the same, 1 % are called so to begin with, of others 3 %
        assert {round(line.get_ydata()[0], 6) for line in chart.get_lines()} == {0.01}


def test_a_model_at_chance_has_one_line_in_place_of_bars(tmp_path):
    figure = spec("figure_13")
    values = novel.values(tables(figure, chance=["rmts"]), figure)
    assert set(values.loc[values["panel"] == 1, "part"]) == {"background", "at chance"}
    drawn = novel.draw(values, figure)
    titled = {axes.get_title(): axes for axes in drawn.axes if axes.get_title().startswith("(")}
    empty = titled["(b) mini-captions, RMTS"]
    assert [text.get_text() for text in empty.texts] == ["at chance (accuracy 0.49): nothing to see here"]
    assert not bars(empty) and bars(titled["(a) mini-captions, discrimination"])
    assert pixels(drawn) == pixels(novel.draw(from_csv(values, tmp_path), figure))


def test_a_figure_of_models_at_chance_is_their_lines_alone():
    figure = spec("figure_13")
    values = novel.values(tables(figure, chance=["rmts", "discrimination"]), figure)
    drawn = novel.draw(values, figure)
    assert drawn.get_figheight() < 2 and not any(axes.containers for axes in drawn.axes)


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
    assert values["sd"].isna().all() and values.loc[values["part"] == "pooled", "low"].notna().all()
    assert pixels(novel.draw(values, figure))


def test_a_missing_number_is_named():
    figure = spec("figure_13")
    table = tables(figure)
    chosen = (table["method"] == "added") & (table["property"] == "shape") & (table["layer"] == 3)
    table.loc[chosen & (table["task"] == "rmts"), ["accuracy", "low", "high"]] = np.nan
    values = novel.values(table, figure)
    assert values.query(f"{SUCCESS} and warning.notna()")["warning"].tolist() == ["no number"]
    texts = [[text.get_text() for text in chart.texts] for chart in charts(novel.draw(values, figure))]
    assert texts == [[], ["layer 3: no number"]]


def test_rows_that_are_missing_or_doubled_are_errors():
    figure = spec("figure_13")
    table = tables(figure)
    gone = table[~((table["method"] == "random") & (table["task"] == "rmts"))]
    with pytest.raises(UserError, match=r"first: run 0, layer 0, property shape, method random .*task 'rmts'"):
        novel.values(gone, figure)
    with pytest.raises(UserError, match="more than one number of novel representations"):
        novel.values(pd.concat([table, table[table["method"] == "added"]], ignore_index=True), figure)

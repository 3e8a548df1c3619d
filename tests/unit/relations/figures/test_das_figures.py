import matplotlib
import numpy as np
import pandas as pd
import pytest
from artifact_specs import spec
from artifact_tables import attention_table, behavior_table
from figure_pixels import from_csv, pixels
from intervention_tables import DIRECTIONS, das_table, example_table

from vitatlas.artifacts.palette import FADED
from vitatlas.errors import UserError
from vitatlas.relations.figures import das

CHOSEN = {"layer": 2, "property": "color"}


def figure_12(tier="demo", **options):
    figure = spec("figure_12", tier)
    return figure.model_copy(update={"options": figure.options | {"details": ["demo"]} | options})


def tables(figure, attention=(), chance=(), **sizes):
    """The tables of all panels; models on the tasks in `chance` are at chance."""
    cells = sorted({(panel.model, panel.task, panel.setting) for panel in figure.panels})
    parts = [attention_table(*cell, **dict(attention)) for cell in cells]
    parts += [das_table(*cell, **sizes) for cell in cells]
    parts += [behavior_table(*cell, chance=cell[1] in chance) for cell in cells]
    return pd.concat(parts, ignore_index=True)


def where(table, **chosen):
    rows = table["property"].notna() if "property" in table else pd.Series(True, table.index)
    for name, value in chosen.items():
        rows &= table[name] == value
    return rows


def legend_texts(figure):
    legends = [axes.get_legend() for axes in figure.axes if axes.get_legend()]
    return [text.get_text() for legend in legends for text in legend.get_texts()]


def panel_axes(drawn):
    return [axes for axes in drawn.axes if axes.get_xlabel() == "Layer"]


@pytest.mark.parametrize(("name", "tier"), [("figure_03", "demo"), ("figure_12", "demo"), ("figure_28", "paper")])
def test_the_csv_alone_redraws_the_same_figure(name, tier, tmp_path):
    figure = spec(name, tier)
    parts = [tables(figure), example_table("discrimination")]
    values = das.values(pd.concat(parts, ignore_index=True), figure)
    assert pixels(das.draw(values, figure)) == pixels(das.draw(from_csv(values, tmp_path), figure))


def test_success_is_over_all_examples_of_both_directions_then_over_runs():
    figure = figure_12()
    table = tables(figure)
    rows = where(table, model="mini-captions", task="rmts", split="test_iid", control="none", **CHOSEN)
    table.loc[rows & (table["pair"] == "display"), "n"] = 100
    chosen = table[rows]
    per_run = [np.average(group["accuracy"], weights=group["n"]) for _, group in chosen.groupby("run")]
    values = das.values(table, figure)
    found = values.query("panel == 1 and part == 'success' and layer == 2 and property == 'color'")
    assert len(found) == 1
    assert found["value"].iloc[0] == pytest.approx(np.mean(per_run))
    assert found["sd"].iloc[0] == pytest.approx(np.std(per_run, ddof=1))
    assert found["runs"].iloc[0] == 3


def test_the_background_is_the_mean_over_heads_of_the_heat_map():
    figure = figure_12()
    table = tables(figure)
    values = das.values(table, figure)
    cells = table[(table["task"] == "rmts") & (table["quantity"] == "global") & (table["pairs"] == "all")]
    wanted = cells.groupby(["run", "layer"])["value"].mean().groupby("layer").mean()
    found = values.query("panel == 1 and part == 'background'").set_index("layer")["value"]
    np.testing.assert_allclose(found, wanted)
    bands = panel_axes(das.draw(values, figure))[1].patches[: len(wanted)]
    for band, value in zip(bands, found, strict=True):
        assert band.get_facecolor() == matplotlib.colormaps[FADED](value)


def test_what_is_drawn_is_what_the_values_say():
    figure = figure_12()
    values = das.values(tables(figure), figure)
    drawn = das.draw(values, figure)
    rows = {"Success": ["success", "control"], "Success, one direction": ["direction"]}
    charts = [axes for axes in drawn.axes if axes.get_lines() and axes.get_xlim()[0] == -0.5]
    assert len(charts) == len(rows) * len(figure.panels)
    for index, axes in enumerate(charts):
        panel, parts = index % len(figure.panels), list(rows.values())[index // len(figure.panels)]
        chosen = values[(values["panel"] == panel) & values["part"].isin(parts)]
        wanted = [
            tuple(line["value"]) for _, line in chosen.groupby(["property", "control", "direction"], dropna=False)
        ]
        curves = [tuple(container.lines[0].get_ydata()) for container in axes.containers]
        assert sorted(curves) == sorted(wanted)
        level = {line.get_ydata()[0] for line in axes.get_lines() if len(line.get_xdata()) == 2}
        meant = ["base error", "chance"] if "success" in parts else ["base error"]
        assert level == set(values[values["part"].isin(meant) & (values["panel"] == panel)]["value"])


def test_the_base_error_is_the_success_of_an_intervention_that_does_nothing():
    figure = figure_12()
    values = das.values(tables(figure), figure)
    assert values.loc[values["part"] == "base error", "value"].to_numpy() == pytest.approx(0.02)
    last = values[(values["part"] == "success") & (values["layer"] == 5)]
    assert last["value"].to_numpy() == pytest.approx(0.02)


def test_directions_apart_are_shown_where_asked_for():
    shown = {tier: das.values(tables(figure_12(tier)), figure_12(tier)) for tier in ("demo", "smoke")}
    assert set(shown["demo"]["direction"].dropna()) == set(DIRECTIONS)
    assert shown["smoke"]["direction"].isna().all()
    both = shown["demo"].query("part == 'direction'").groupby(["panel", "property", "layer"])["value"].mean()
    success = shown["demo"].query("part == 'success'").set_index(["panel", "property", "layer"])["value"].sort_index()
    np.testing.assert_allclose(both, success)


def test_only_the_held_out_split_is_shown():
    figure = figure_12()
    table = tables(figure)
    before = das.values(table, figure)
    table.loc[where(table, split="train"), "accuracy"] = 0.0
    pd.testing.assert_frame_equal(das.values(table, figure), before)


def test_a_single_run_has_no_spread_and_the_note_says_so():
    figure = figure_12()
    values = das.values(tables(figure, runs=1), figure)
    assert values["sd"].isna().all()
    drawn = das.draw(values, figure)
    assert drawn.get_suptitle().replace("\n", " ").endswith("One run.")
    assert pixels(drawn)


def test_a_model_at_chance_has_one_line_in_place_of_numbers(tmp_path):
    figure = figure_12()
    values = das.values(tables(figure, chance=["rmts"]), figure)
    low = values[values["panel"] == 1]
    assert set(low["part"]) == {"background", "at chance"}
    assert low.loc[low["part"] == "at chance", "value"].tolist() == [pytest.approx(0.49)]
    drawn = das.draw(values, figure)
    charts = [axes for axes in drawn.axes if axes.get_xlim()[0] == -0.5]
    for index, axes in enumerate(charts):
        lines = [text.get_text().replace("\n", " ") for text in axes.texts]
        assert lines == (["at chance (accuracy 0.49): nothing to see here"] if index % 2 else [])
        assert bool(axes.get_lines()) == (index % 2 == 0)
    assert pixels(drawn) == pixels(das.draw(from_csv(values, tmp_path), figure))


def test_where_nothing_was_searched_the_panel_says_why():
    figure = figure_12(details=[])
    table = tables(figure)
    table.loc[where(table, task="rmts"), "warning"] = "not searched for: the answer does not turn"
    drawn = das.draw(das.values(table, figure), figure)
    texts = [[text.get_text().replace("\n", " ") for text in axes.texts] for axes in panel_axes(drawn)]
    assert texts == [[], ["not searched for: the answer does not turn"]]
    assert not panel_axes(drawn)[1].get_lines()


def test_layers_whose_weights_all_runs_share_have_no_spread_and_the_note_says_so():
    figure = figure_12()
    table = tables(figure)
    table["shared_below"] = np.where(table["control"].notna(), 2, np.nan)
    values = das.values(table, figure)
    measured = values[values["part"].isin(["success", "control", "direction"])]
    assert measured.loc[measured["layer"] < 2, "sd"].isna().all()
    assert measured.loc[measured["layer"] >= 2, "sd"].notna().all()
    note = das.draw(values, figure).get_suptitle().replace("\n", " ")
    assert note.endswith("No spread over runs in layers 0 to 1: all runs share these weights.")


def test_a_number_that_is_missing_or_doubtful_is_named_in_one_line():
    figure = figure_12(details=[])
    table = tables(figure)
    bad = where(table, split="test_iid", control="none", layer=4, property="shape", task="rmts")
    table.loc[bad, "accuracy"] = np.nan
    warned = where(table, split="test_iid", control="none", layer=3, property="shape", task="rmts", run=0)
    table.loc[warned, "warning"] = "the mask collapsed to nothing"
    values = das.values(table, figure)
    cells = values.query("panel == 1 and part == 'success' and property == 'shape'").set_index("layer")
    assert np.isnan(cells.loc[4, "value"]) and cells.loc[4, "runs"] == 0 and cells.loc[4, "warning"] == "no number"
    assert cells.loc[3, "warning"] == "the mask collapsed to nothing" and cells.loc[3, "runs"] == 3
    assert set(cells.index[cells["warning"].notna()]) == {3, 4}
    texts = [text.get_text().replace("\n", " ") for text in panel_axes(das.draw(values, figure))[1].texts]
    assert texts == ["layer 3: the mask collapsed to nothing; layer 4: no number"]


def test_one_run_without_a_number_does_not_pass_for_all():
    figure = figure_12()
    table = tables(figure)
    bad = where(table, split="test_iid", control="none", run=1, direction=DIRECTIONS[0], **CHOSEN)
    table.loc[bad, "accuracy"] = np.nan
    values = das.values(table, figure)
    cell = values.query("panel == 0 and part == 'success' and property == 'color' and layer == 2").iloc[0]
    assert cell["runs"] == 2 and cell["warning"] == "no number"


@pytest.mark.parametrize("empty", [None, "", np.nan])
def test_no_line_without_a_warning(empty):
    figure = figure_12()
    table = tables(figure)
    table.loc[where(table), "warning"] = empty
    values = das.values(table, figure)
    assert values["warning"].isna().all()
    assert not [text for axes in panel_axes(das.draw(values, figure)) for text in axes.texts]


@pytest.mark.parametrize(
    ("chosen", "first"),
    [
        ({"control": "wrong_object", "task": "rmts"}, "run 0, layer 0, property shape, control wrong_object"),
        ({"run": 1, **CHOSEN}, "run 1, layer 2, property color, control none"),
        ({"direction": DIRECTIONS[0], "run": 2}, f"run 2, layer 0, property shape, control none, .* {DIRECTIONS[0]}"),
        ({"control": "random_patch", "run": 0}, "run 0, layer 0, property shape, control random_patch"),
    ],
)  # fmt: skip
def test_rows_that_are_missing_are_named(chosen, first):
    figure = figure_12()
    table = tables(figure)
    with pytest.raises(UserError, match=f"missing, the first: {first}.*model 'mini-captions'"):
        das.values(table[~where(table, **chosen)], figure)


def test_background_patches_need_not_have_been_measured():
    figure = figure_12()
    values = das.values(tables(figure, controls=("none", "wrong_object")), figure)
    assert set(values["control"].dropna()) == {"none", "wrong_object"}
    assert "control: background" not in legend_texts(das.draw(values, figure))


def test_chosen_layers_are_drawn_where_they_are():
    figure = figure_12()
    table = tables(figure)
    chosen = table["property"].isna() | table["layer"].isin([0, 3])
    values = das.values(table[chosen], figure)
    assert set(values.loc[values["part"] == "success", "layer"]) == {0, 3}
    assert len(values.query("panel == 0 and part == 'background'")) == 6


def test_layers_that_attention_does_not_have_are_an_error():
    figure = figure_12()
    with pytest.raises(UserError, match="interventions in layer 5, attention in 4 layers"):
        das.values(tables(figure, {"layers": 4}), figure)


def test_either_analysis_may_be_missing():
    figure = figure_12()
    table = tables(figure)
    with pytest.raises(UserError, match="no row of attention"):
        das.values(table[table["pairs"].isna()], figure)
    with pytest.raises(UserError, match="no row of interchange interventions on split 'test_iid'"):
        das.values(table[(table["split"] != "test_iid") | table["metric"].notna()], figure)
    with pytest.raises(UserError, match=r"no accuracy of 'mini-captions' on split 'test_iid'.*solves the task"):
        das.values(table[table["metric"].isna()], figure)


def test_the_drawing_of_the_method_comes_first():
    figure = spec("figure_03")
    table = pd.concat([tables(figure), example_table("discrimination"), example_table("rmts")], ignore_index=True)
    values = das.values(table, figure)
    images = values[values["part"] == "scheme"]
    assert images["picture"].tolist() == ["base", "source", "edited"] * 2
    assert images["property"].tolist() == ["shape"] * 3 + ["color"] * 3
    assert images["label"].tolist()[::3] == [0, 0] and images["label"].tolist()[2::3] == [1, 1]
    titles = [axes.get_title() for axes in das.draw(values, figure).axes if axes.get_title()]
    assert [title[:3] for title in titles if title.startswith("(")] == ["(b)", "(c)"]
    assert "(b) mini-objects on discrimination; (c) mini-objects on RMTS" in figure.caption


def test_a_drawing_without_examples_is_an_error():
    figure = spec("figure_03")
    with pytest.raises(UserError, match=r"needs 1 example.* of counterfactuals of shape, different-to-same"):
        das.values(tables(figure), figure)

import numpy as np
import pandas as pd
import pytest
from artifact_specs import spec
from artifact_tables import attention_table, behavior_table, png, walkthrough_table
from figure_pixels import from_csv, pixels

from vitatlas.errors import UserError
from vitatlas.relations.figures import attention, attention_overview, sheet, stimuli, walkthrough, walkthrough_input


def attention_rows(figure, chance=(), **sizes):
    """The tables of all panels; models in `chance` are at chance."""
    cells = sorted({(panel.model, panel.task, panel.setting) for panel in figure.panels})
    made = [attention_table(*cell, **sizes) for cell in cells]
    made += [behavior_table(*cell, chance=cell[0] in chance) for cell in cells]
    return pd.concat(made, ignore_index=True)


def stimulus_rows(figure, per_label=6):
    rows = [
        {"task": panel.task, "setting": panel.setting, "split": "train", "scene": 10 * label + number, "label": label}
        | {"kind": "shape", "png": png(panel.geometry.canvas, number)}
        for panel in figure.panels
        for label in (0, 1)
        for number in range(per_label)
    ]
    return pd.DataFrame(rows)


def sheet_rows():
    rows = [
        {"item": item, "id": number, "name": f"{item} {number}", "ood": number >= 16, "hex": "#123456"}
        | {"png": png(24, number), "sprite": png(12, number)}
        for item in ("shape", "color")
        for number in range(20)
    ]
    return pd.DataFrame(rows)


def walkthrough_rows(figure):
    panel = figure.panels[0]
    made = walkthrough_table(panel.model, panel.geometry.grid, panel.geometry.span, panel.geometry.patch)
    return pd.concat([made, behavior_table(panel.model, panel.task, panel.setting)], ignore_index=True)


CASES = {
    "figure_01": (stimuli, stimulus_rows),
    "figure_02": (attention, attention_rows),
    "figure_07": (sheet, lambda figure: sheet_rows()),
    "figure_11": (attention, attention_rows),
    "figure_20": (attention_overview, attention_rows),
    "figure_21": (walkthrough_input, walkthrough_rows),
    "figure_22": (walkthrough, walkthrough_rows),
}


@pytest.mark.parametrize("name", CASES)
def test_the_csv_alone_redraws_the_same_figure(name, tmp_path):
    family, table = CASES[name]
    figure = spec(name)
    values = family.values(table(figure), figure)
    assert pixels(family.draw(values, figure)) == pixels(family.draw(from_csv(values, tmp_path), figure))


def test_drawn_lines_cells_and_stars_are_the_values():
    figure = spec("figure_02")
    values = attention.values(attention_rows(figure), figure)
    axes = attention.draw(values, figure).axes
    for index in range(len(figure.panels)):
        rows = values[values["panel"] == index]
        cells = rows[rows["part"] == "heat-map"].pivot(index="head", columns="layer", values="value")
        np.testing.assert_array_equal(axes[index].collections[0].get_array(), cells.to_numpy())
        chart = axes[len(figure.panels) + 1 + index]
        drawn = [(len(line.get_xdata()), *line.get_ydata()) for line in chart.lines]
        lines = rows[rows["part"] == "line"].groupby(["quantity", "pairs"])["value"]
        wanted = [(len(line), *line) for _, line in lines]
        wanted += [(1, value) for value in rows.loc[rows["part"] == "star", "value"]]
        assert sorted(drawn) == sorted(wanted)


def test_a_line_is_the_mean_over_runs_of_each_runs_largest_head():
    figure = spec("figure_11")
    table = attention_rows(figure)
    values = attention.values(table, figure)
    rows = table[(table["task"] == "rmts") & (table["quantity"] == "WP") & (table["pairs"] == "all")]
    largest = rows.groupby(["run", "layer"])["value"].max().unstack("run")
    line = values.query("panel == 1 and part == 'line' and quantity == 'WP'")
    np.testing.assert_allclose(line["value"], largest.mean(axis=1))
    np.testing.assert_allclose(line["sd"], largest.std(axis=1, ddof=1))
    assert set(line["runs"]) == {3}


def test_stars_pass_over_layers_below_the_first_for_peaks():
    figure = spec("figure_15", "paper")
    assert figure.panels[0].first_layer_for_peaks == 1
    table = attention_rows(figure, layers=12, heads=12)
    table.loc[table["layer"] == 0, "value"] = 1.0
    stars = attention.values(table, figure).query("part == 'star'")
    assert (stars["layer"] >= 1).all()


def test_only_tiers_that_ask_for_details_show_them():
    quantities = {tier: set() for tier in ("demo", "paper")}
    for tier in quantities:
        figure = spec("figure_11", tier)
        values = attention.values(attention_rows(figure), figure)
        lines = values[values["part"] == "line"]
        quantities[tier] = set(zip(lines["quantity"], lines["pairs"], strict=True))
    assert quantities["paper"] == {("WO", "all"), ("WP", "all"), ("BP", "all"), ("BG", "all")}
    assert quantities["demo"] - quantities["paper"] == {
        ("WO", "same-color"),
        ("WO", "different-color"),
        ("WO_direct", "all"),
    }


@pytest.mark.parametrize(("layers", "heads"), [(6, 4), (12, 12), (4, 16)])
def test_any_number_of_layers_and_heads_is_drawn(layers, heads):
    figure = spec("figure_11")
    values = attention.values(attention_rows(figure, layers=layers, heads=heads), figure)
    axes = attention.draw(values, figure).axes[0]
    assert axes.get_xlim() == (0, layers) and axes.get_ylim() == (heads, 0)


def test_a_single_run_has_no_spread():
    figure = spec("figure_11")
    values = attention.values(attention_rows(figure, runs=1), figure)
    assert values["sd"].isna().all()
    assert pixels(attention.draw(values, figure))


def test_a_panel_without_rows_is_an_error_that_names_it():
    figure = spec("figure_02")
    table = attention_rows(figure)
    with pytest.raises(UserError, match="no row for model 'mini-scratch', task 'discrimination', setting '256'"):
        attention.values(table[table["model"] != "mini-scratch"], figure)


def test_too_few_stimuli_is_an_error_that_says_how_many_are_needed():
    figure = spec("figure_08")
    with pytest.raises(UserError, match="needs 4 images per label") as caught:
        stimuli.values(stimulus_rows(figure, per_label=3), figure)
    assert "stimuli.samples" in caught.value.remedy


def test_overview_scores_sum_up_the_halves_of_the_layers():
    figure = spec("figure_20")
    table = attention_rows(figure)
    table.loc[table["quantity"] == "global", "value"] = (table["layer"] >= 3).astype(float)
    scores = attention_overview.values(table, figure).query("part == 'score'")
    assert (scores["value"] == 1).all() and len(scores) == 2 * len(figure.panels)


def test_arrows_lead_to_the_strongest_patch_never_to_the_class_token():
    figure = spec("figure_22")
    table = walkthrough_rows(figure)
    values = walkthrough.values(table, figure)
    lines = values[values["part"] == "line"]
    assert (lines["key_token"] >= 0).all()
    objects = table[(table["query_token"] >= 0) & (table["key_token"] >= 0)]
    strongest = objects.groupby(["role", "query_token"])["value"].max()
    assert sorted(lines["value"]) == pytest.approx(sorted(strongest))


def test_what_stands_below_and_above_a_head_is_counted_in_the_image():
    figure = spec("figure_22")
    table = walkthrough_rows(figure)
    values = walkthrough.values(table, figure)
    counted = values[values["part"] == "mass"]
    assert counted.groupby(["role", "query_set"])["value"].sum().to_numpy() == pytest.approx(1)
    rows = table[(table["role"] == "between objects") & (table["query_set"] == "object 1")]
    masses = rows.groupby("key_set")["value"].sum() / rows["query_token"].nunique()
    axes = walkthrough.draw(values, figure).axes
    first = axes[: 1 + len(table["role"].dropna().unique())]
    below = first[3].get_xlabel()
    assert f"own {masses['object 1']:.2f}".replace("0.", ".") in below
    assert f"other {masses['object 2']:.2f}".replace("0.", ".") in below
    titles = [chart.get_title().replace("\n", " ") for chart in first[1:]]
    assert [title.partition("most to ")[2] for title in titles] == [
        *("its own object", "its own object", "other objects", "the background")
    ]


def test_a_head_that_does_not_do_what_it_was_chosen_for_is_not_said_to():
    figure = spec("figure_22")
    table = walkthrough_rows(figure)
    role = table["role"] == "between objects"
    table.loc[role, "value"] = (table["key_set"] == "background") / (table["key_set"] == "background").sum()
    titles = [axes.get_title() for axes in walkthrough.draw(walkthrough.values(table, figure), figure).axes]
    assert "layer 3, head 0\nmost to the\nbackground" in titles


def test_a_model_at_chance_has_no_peaks_no_scores_and_a_line(tmp_path):
    figure = spec("figure_02")
    values = attention.values(attention_rows(figure, chance=["mini-scratch"]), figure)
    stars = values[values["part"] == "star"]
    assert 1 not in set(stars["panel"]) and {0, 2, 3} == set(stars["panel"])
    drawn = attention.draw(values, figure)
    texts = [[text.get_text().replace("\n", " ") for text in axes.texts] for axes in drawn.axes[5:9]]
    assert texts == [[], ["at chance (accuracy 0.49): nothing to see here"], [], []]
    assert pixels(drawn) == pixels(attention.draw(from_csv(values, tmp_path), figure))
    figure = spec("figure_20")
    values = attention_overview.values(attention_rows(figure, chance=["mini-scratch"]), figure)
    assert "mini-scratch" not in set(values.loc[values["part"] == "score", "model"])
    titles = [axes.get_title() for axes in attention_overview.draw(values, figure).axes]
    assert sum("at chance" in title for title in titles) == 2

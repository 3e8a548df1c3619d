from itertools import pairwise

import matplotlib.colors
import numpy as np
import pandas as pd
import pytest
from artifact_specs import spec
from artifact_tables import attention_table, behavior_table
from figure_pixels import from_csv, pixels
from intervention_tables import probe_table

from vitatlas.errors import UserError
from vitatlas.relations.figures import probe

QUANTITIES = ("probe", "intervention", "control")


def tables(figure, chance=False, **sizes):
    cells = sorted({(panel.model, panel.task, panel.setting) for panel in figure.panels})
    made = [attention_table(*cell) for cell in cells] + [probe_table(*cell, **sizes) for cell in cells]
    return pd.concat([*made, *(behavior_table(*cell, chance=chance) for cell in cells)], ignore_index=True)


def charts(figure):
    return [axes for axes in figure.axes if axes.get_ylabel() == "Accuracy, success"]


def bars(axes):
    return [container for container in axes.containers if len(container.patches)]


def test_the_csv_alone_redraws_the_same_figure(tmp_path):
    figure = spec("figure_37")
    values = probe.values(tables(figure), figure)
    assert pixels(probe.draw(values, figure)) == pixels(probe.draw(from_csv(values, tmp_path), figure))


def test_numbers_and_intervals_are_means_over_runs():
    figure = spec("figure_37")
    table = tables(figure)
    values = probe.values(table, figure)
    for quantity, pair in (("intervention", "mean"), ("control", "sample")):
        rows = table[(table["quantity"] == quantity) & (table["pair"] == pair) & (table["alpha"] == 2)]
        rows = rows[rows["layer"] == 3]
        found = values.query("quantity == @quantity and pair == @pair and alpha == 2 and layer == 3")
        assert len(found) == 1 and found["runs"].iloc[0] == 3
        means = rows[["value", "low", "high"]].mean().to_numpy()
        np.testing.assert_allclose(found[["value", "low", "high"]].to_numpy(float)[0], means)
        assert found["sd"].iloc[0] == pytest.approx(rows["value"].std())
    held_out = table[(table["quantity"] == "probe") & (table["split"] == "test_iid") & (table["pair"] == "mean")]
    found = values.query("quantity == 'probe' and part == 'success'")
    np.testing.assert_allclose(found["value"], held_out.groupby("layer")["value"].mean())
    assert found["alpha"].isna().all()
    assert values.loc[values["part"] == "base error", "value"].tolist() == pytest.approx([0.03])


@pytest.mark.parametrize(("name", "rows"), [("figure_05", 1), ("figure_37", 3)])
def test_every_scale_has_a_row_of_bars(name, rows):
    figure = spec(name)
    values = probe.values(tables(figure), figure)
    drawn = charts(probe.draw(values, figure))
    assert len(drawn) == rows
    for alpha, axes in zip(figure.typed_options.alphas, drawn, strict=True):
        shown = values[(values["alpha"] == alpha) | (values["quantity"] == "probe")]
        for quantity, container in zip(QUANTITIES, bars(axes), strict=True):
            wanted = shown[(shown["quantity"] == quantity) & (shown["part"] == "success")]
            assert [bar.get_height() for bar in container.patches] == list(wanted["value"])
            color = matplotlib.colors.to_hex(container.patches[0].get_facecolor())
            assert color == matplotlib.colors.to_hex(probe.COLORS[quantity])
        halves = sorted(y for line in axes.get_lines() if line.get_marker() in "^o" for y in line.get_ydata())
        assert halves == sorted(shown.loc[shown["part"] == "half", "value"])
        assert ("0.5 times the direction" in axes.get_title()) == (alpha == 0.5 and rows > 1)


def test_chance_and_the_base_error_are_lines():
    figure = spec("figure_05")
    (axes,) = charts(probe.draw(probe.values(tables(figure), figure), figure))
    lines = [line for line in axes.get_lines() if line.get_marker() == "None"]
    flat = [line.get_ydata()[0] for line in lines if line.get_linestyle() == "--"]
    assert sorted(flat) == pytest.approx([0.03, 0.5])


def test_bars_of_a_layer_stand_apart_in_order():
    figure = spec("figure_05")
    (axes,) = charts(probe.draw(probe.values(tables(figure), figure), figure))
    first = [container.patches[0] for container in bars(axes)]
    assert first[0].get_x() > -0.5 and first[-1].get_x() + first[-1].get_width() < 0.5
    assert all(a.get_x() + a.get_width() <= b.get_x() + 1e-9 for a, b in pairwise(first))


def test_several_models_stand_under_one_another_with_letters():
    figure = spec("figure_05")
    panels = [figure.panels[0], figure.panels[0].model_copy(update={"model": "mini-mae", "title": "mini-mae"})]
    figure = figure.model_copy(update={"panels": panels})
    titles = [axes.get_title() for axes in charts(probe.draw(probe.values(tables(figure), figure), figure))]
    assert titles == ["(a) mini-objects, RMTS", "(b) mini-mae, RMTS"]


def test_a_single_run_has_no_spread_but_an_interval():
    figure = spec("figure_39")
    values = probe.values(tables(figure, runs=1), figure)
    assert values["sd"].isna().all() and values.loc[values["part"] == "success", "low"].notna().all()
    assert pixels(probe.draw(values, figure))


def test_numbers_with_a_warning_are_named():
    figure = spec("figure_05")
    table = tables(figure)
    table.loc[(table["quantity"] == "control") & (table["layer"] == 2), "warning"] = "guesses: as if by chance"
    values = probe.values(table, figure)
    assert values.query("part == 'success' and warning.notna()")["layer"].tolist() == [2]
    (axes,) = charts(probe.draw(values, figure))
    assert [text.get_text() for text in axes.texts] == ["layer 2: guesses"]


def test_a_model_at_chance_has_one_line_for_all_scales(tmp_path):
    figure = spec("figure_37")
    values = probe.values(tables(figure, chance=True), figure)
    assert set(values["part"]) == {"background", "at chance"}
    drawn = probe.draw(values, figure)
    assert [text.get_text() for axes in drawn.axes for text in axes.texts] == [
        "at chance (accuracy 0.49): nothing to see here"
    ]
    assert drawn.get_figheight() < 2 and pixels(drawn) == pixels(probe.draw(from_csv(values, tmp_path), figure))


def test_rows_that_are_missing_or_doubled_are_errors():
    figure = spec("figure_37")
    table = tables(figure)
    for quantity, words in (("probe", "linear probes"), ("control", "interventions along probes")):
        gone = table[~((table["quantity"] == quantity) & (table["layer"] == 1) & (table["pair"] == "display"))]
        with pytest.raises(UserError, match=f"values of {words} missing, the first: run 0, layer 1, pair display"):
            probe.values(gone, figure)
    with pytest.raises(UserError, match=r"missing, the first: .*alpha 0\.5 "):
        probe.values(table[table["alpha"] != 0.5], figure)
    with pytest.raises(UserError, match="more than one number of linear probes"):
        probe.values(pd.concat([table, table[table["quantity"] == "control"]], ignore_index=True), figure)
    with pytest.raises(UserError, match="no row of linear probes on split 'test_iid'"):
        probe.values(table[table["pair"].isna()], figure)

import numpy as np
import pandas as pd
import pytest
from artifact_specs import spec
from artifact_tables import behavior_table
from figure_pixels import from_csv, pixels
from intervention_tables import das_table

from vitatlas.errors import UserError
from vitatlas.relations.das.reduce import NOT_SEARCHED
from vitatlas.relations.figures import disentanglement

# Lepori et al.: success of interventions in the best layer, averaged over shape and color, and accuracy on seen
# combinations, on unseen ones and on new shapes and colors; from the tables in the authors' repository.
PUBLISHED = {
    "discrimination": {
        "clip_b16": (0.9325, 0.9847, 0.9847, 0.9516),
        "dino_b16": (0.921, 0.9228, 0.9469, 0.8413),
        "dinov2_b14": (0.923, 0.9854, 0.9853, 0.947),
        "imagenet_b16": (0.924, 0.9572, 0.9572, 0.8789),
        "mae_b16": (0.7665, 0.9487, 0.9488, 0.8505),
        "scratch_b16": (0.287, 0.765, 0.7597, 0.5972),
    },
    "rmts": {
        "clip_b16": (0.905, 0.9802, 0.983, 0.8508),
        "dino_b16": (0.8125, 0.947, 0.8523, 0.6828),
        "dinov2_b14": (0.9125, 0.9643, 0.9472, 0.82),
        "imagenet_b16": (0.8465, 0.9233, 0.8398, 0.6827),
        "mae_b16": (0.601, 0.8527, 0.8527, 0.6897),
    },
}
SPLITS = ("test_iid", "test", "ood_shape_color")


def published(figure):
    """Tables that hold exactly the published numbers."""
    parts = []
    for panel in figure.panels:
        success, *accuracies = PUBLISHED[panel.task][panel.model]
        das = das_table(panel.model, panel.task, "32", layers=2, runs=1)
        das["accuracy"] = np.where(das["layer"] == 1, success + np.where(das["property"] == "shape", 0.02, -0.02), 0.1)
        behaviour = behavior_table(panel.model, panel.task, "32", runs=1)
        for split, value in zip(SPLITS, accuracies, strict=True):
            behaviour.loc[behaviour["split"] == split, "value"] = value
        parts += [das, behaviour]
    return pd.concat(parts, ignore_index=True)


def tables(figure, runs=2):
    parts = []
    for index, panel in enumerate(figure.panels):
        parts.append(das_table(panel.model, panel.task, "32", runs=runs, peak=0.6 + 0.05 * index))
        parts.append(behavior_table(panel.model, panel.task, "32", runs=runs))
    return pd.concat(parts, ignore_index=True)


def test_published_numbers_give_the_published_correlations():
    figure = spec("figure_06", "paper")
    values = disentanglement.values(published(figure), figure)
    found = values[values["part"] == "correlation"].set_index(["task", "models", "split"])
    for (task, models), wanted in {
        ("discrimination", "all"): (0.95, 0.97, 0.95),
        ("discrimination", "pretrained"): (0.27, 0.50, 0.50),
        ("rmts", "all"): (0.95, 0.62, 0.64),
    }.items():
        assert found.sort_index().loc[(task, models)].loc[list(SPLITS), "r"].to_numpy() == pytest.approx(
            wanted, abs=0.006
        )
    assert found["n"].groupby(["task", "models"]).first().to_dict() == {
        ("discrimination", "all"): 6,
        ("discrimination", "pretrained"): 5,
        ("rmts", "all"): 5,
    }
    assert (found["low"] < found["r"]).all() and (found["r"] < found["high"]).all()


def test_a_point_is_the_mean_of_each_runs_best_layers():
    figure = spec("figure_06")
    table = tables(figure)
    values = disentanglement.values(table, figure)
    chosen = (table["model"] == "mini-mae") & (table["task"] == "rmts")
    rows = table[chosen & (table["control"] == "none") & (table["split"] == "test_iid")]
    best = rows.groupby(["run", "property", "layer"])["accuracy"].mean().groupby(["run", "property"]).max()
    point = values.query("part == 'point' and model == 'mini-mae' and task == 'rmts' and split == 'test'").iloc[0]
    assert point["x"] == pytest.approx(best.groupby("run").mean().mean())
    assert point["x_sd"] == pytest.approx(best.groupby("run").mean().std())
    rows = table[
        chosen & (table["checkpoint"] == "best") & (table["metric"] == "accuracy") & (table["split"] == "test")
    ]
    assert (point["y"], point["runs"]) == (pytest.approx(rows["value"].mean()), 2)


def test_the_csv_alone_redraws_the_same_figure(tmp_path):
    figure = spec("figure_06")
    values = disentanglement.values(tables(figure), figure)
    redrawn = disentanglement.draw(from_csv(values, tmp_path), figure)
    assert pixels(disentanglement.draw(values, figure)) == pixels(redrawn)


def test_the_figure_says_how_many_points_carry_it():
    figure = spec("figure_06")
    values = disentanglement.values(tables(figure), figure)
    texts = [text.get_text() for axes in disentanglement.draw(values, figure).axes for text in axes.texts]
    assert {"all models\nn = 4", "without from scratch\nn = 3", "all models\nn = 3"} <= set(texts)
    assert sum("not attempted: n < 4" in text for text in texts) == 6
    few = values[(values["part"] == "correlation") & (values["n"] < 4)]
    assert few["r"].isna().all() and len(few) == 6


def test_models_at_chance_and_those_where_nothing_was_searched_have_no_point_and_are_named(tmp_path):
    figure = spec("figure_06")
    table = tables(figure)
    low = (table["model"] == "mini-captions") & (table["task"] == "rmts") & table["metric"].notna()
    table.loc[low, "value"] = 0.55
    unsearched = (table["model"] == "mini-mae") & (table["task"] == "rmts") & table["control"].notna()
    table.loc[unsearched, "warning"] = NOT_SEARCHED
    values = disentanglement.values(table, figure)
    points = values[(values["part"] == "point") & (values["task"] == "rmts")]
    assert set(points["model"]) == {"mini-objects"}
    assert set(values.loc[values["part"] == "correlation", "n"][values["task"] == "rmts"]) == {1}
    drawn = disentanglement.draw(values, figure)
    assert [text.get_text() for text in drawn.axes[1].texts] == ["at chance: mini-captions\nnot searched: mini-mae"]
    assert pixels(drawn) == pixels(disentanglement.draw(from_csv(values, tmp_path), figure))


def test_the_axis_says_which_layer_its_success_is_of():
    figure = spec("figure_06")
    table = tables(figure)
    for layers, words in ((range(6), "best layer"), ([2], "layer 2")):
        chosen = table[table["layer"].isna() | table["layer"].isin(layers)]
        drawn = disentanglement.draw(disentanglement.values(chosen, figure), figure)
        assert drawn.axes[0].get_xlabel() == f"Success of interventions, {words}"


def test_drawn_points_are_the_values():
    figure = spec("figure_06", "paper")
    values = disentanglement.values(published(figure), figure)
    charts = [axes for axes in disentanglement.draw(values, figure).axes if axes.containers]
    for axes, task in zip(charts, ("discrimination", "rmts"), strict=True):
        points = [container.lines[0].get_xydata()[0].tolist() for container in axes.containers]
        wanted = values[(values["part"] == "point") & (values["task"] == task)][["x", "y"]].to_numpy().tolist()
        assert sorted(points) == sorted(wanted)


def test_runs_that_do_not_fit_and_missing_splits_are_errors():
    figure = spec("figure_06")
    table = tables(figure)
    fewer = table[~(table["metric"].notna() & (table["run"] == 1) & (table["model"] == "mini-captions"))]
    with pytest.raises(UserError, match=r"behaviour missing, the first: run 1, split test_iid .*mini-captions"):
        disentanglement.values(fewer, figure)
    with pytest.raises(UserError, match="no row for model 'mini-mae', task 'rmts', setting '32'"):
        disentanglement.values(table[~((table["model"] == "mini-mae") & (table["task"] == "rmts"))], figure)


def test_a_success_that_is_no_number_is_an_error():
    figure = spec("figure_06")
    table = tables(figure)
    table.loc[(table["model"] == "mini-mae") & (table["layer"] == 0) & (table["control"] == "none"), "accuracy"] = (
        np.nan
    )
    with pytest.raises(UserError, match=r"success of an intervention in 'mini-mae' .* is no number"):
        disentanglement.values(table, figure)


def test_where_every_model_is_at_chance_there_are_only_lines(tmp_path):
    figure = spec("figure_06")
    table = tables(figure)
    table.loc[table["metric"].notna(), "value"] = 0.5
    values = disentanglement.values(table, figure)
    assert set(values["part"]) == {"at chance"}
    drawn = disentanglement.draw(values, figure)
    assert all(axes.texts[0].get_text().startswith("at chance: ") for axes in drawn.axes[:2])
    assert pixels(drawn) == pixels(disentanglement.draw(from_csv(values, tmp_path), figure))

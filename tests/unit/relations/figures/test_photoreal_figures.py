import numpy as np
import pandas as pd
import pytest
from artifact_specs import spec
from artifact_tables import attention_table, behavior_table, png
from figure_pixels import from_csv, pixels

from vitatlas.errors import UserError
from vitatlas.relations.attention.scores import stage_scores
from vitatlas.relations.figures import photoreal, photoreal_attention


def example_rows(figure, per_label=4, large=96):
    rows = [
        {"scene": 10 * label + number, "label": label, "first": "mug", "second": "duck"}
        | {"png": png(48, number), "large": png(large, number)}
        for label in (0, 1)
        for number in range(per_label)
    ]
    return pd.DataFrame(rows)


def attention_rows(figure, chance=False):
    tables = []
    for panel in figure.panels:
        cell = panel.model, panel.task, panel.setting
        flat = attention_table(*cell)
        tables += [flat, flat.assign(value=0.5 * flat["value"], images="photoreal")]
        tables += [behavior_table(*cell, splits=("test_iid",)), behavior_table(*cell, 3, chance, ("photoreal",))]
    return pd.concat(tables, ignore_index=True)


CASES = {"figure_09": (photoreal, example_rows), "figure_10": (photoreal_attention, attention_rows)}


@pytest.mark.parametrize("tier", ["demo", "paper"])
@pytest.mark.parametrize("name", CASES)
def test_the_csv_alone_redraws_the_same_figure(name, tier, tmp_path):
    family, table = CASES[name]
    figure = spec(name, tier)
    values = family.values(table(figure), figure)
    assert pixels(family.draw(values, figure)) == pixels(family.draw(from_csv(values, tmp_path), figure))


def test_large_images_are_shown_where_models_see_smaller_ones():
    figure = spec("figure_09")
    values = photoreal.values(example_rows(figure), figure)
    assert values.groupby("shown").size().to_dict() == {"large": 8, "png": 8}
    assert len(photoreal.draw(values, figure).axes) == 16
    alike = photoreal.values(example_rows(figure, large=48), figure)
    assert set(alike["shown"]) == {"png"}
    assert len(photoreal.draw(alike, figure).axes) == 8


def test_too_few_examples_are_explained():
    figure = spec("figure_09")
    with pytest.raises(UserError, match=r"figure_09 needs 4 examples per label(.|\n)*photoreal\.examples"):
        photoreal.values(example_rows(figure, per_label=3), figure)


def test_scores_stand_beside_those_of_flat_images():
    figure = spec("figure_10")
    table = attention_rows(figure)
    values = photoreal_attention.values(table, figure)
    scores = values[values["part"] == "score"].set_index(["panel", "quantity", "pairs"])["value"]
    flat, photorealistic = table[table["images"].isna() & table["pairs"].notna()], table[table["images"].notna()]
    for kind, rows in (("flat", flat), ("photoreal", photorealistic)):
        expected = stage_scores(rows[rows["model"] == figure.panels[0].model])
        for stage in ("perceptual", "relational"):
            assert scores[0, stage, kind] == pytest.approx(expected[stage].mean())
    text = photoreal_attention.draw(values, figure).axes[0].get_xlabel()
    assert f"perceptual {scores[0, 'perceptual', 'photoreal']:.2f} (flat" in text


@pytest.mark.parametrize(("chance", "line"), [(True, "at chance there: 0.49"), (False, "accuracy there: ")])
def test_titles_say_that_images_are_photorealistic_and_how_well_the_model_answers(chance, line):
    figure = spec("figure_10")
    drawn = photoreal_attention.draw(photoreal_attention.values(attention_rows(figure, chance), figure), figure)
    for axes in drawn.axes[: len(figure.panels)]:
        assert "photorealistic images" in axes.get_title() and line in axes.get_title()
    assert "photorealistic" in figure.title and "photorealistic" in figure.caption


def test_lines_are_of_photorealistic_images_only():
    figure = spec("figure_10")
    table = attention_rows(figure)
    values = photoreal_attention.values(table, figure)
    chosen = table[table["images"].notna() & (table["quantity"] == "WP") & (table["pairs"] == "all")]
    largest = chosen[chosen["model"] == figure.panels[0].model].groupby(["run", "layer"])["value"].max()
    line = values.query("panel == 0 and part == 'line' and quantity == 'WP'")
    np.testing.assert_allclose(line["value"], largest.groupby("layer").mean())


def test_no_attention_in_flat_images_to_compare_with_is_explained():
    figure = spec("figure_10")
    table = attention_rows(figure)
    with pytest.raises(UserError, match=r"no attention of '.*' in flat images"):
        photoreal_attention.values(table[table["images"].notna() | table["pairs"].isna()], figure)

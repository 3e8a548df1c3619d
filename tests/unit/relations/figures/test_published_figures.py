"""Side-by-side figures: the published numbers over ours."""

import numpy as np
import pandas as pd
import pytest
from artifact_specs import CONFIG, STAND_INS, ZOO, relations, spec
from artifact_tables import behavior_table
from figure_pixels import from_csv, pixels
from intervention_tables import das_table, novel_table, probe_table

from vitatlas.artifacts.registry import inputs, with_stand_ins
from vitatlas.errors import UserError
from vitatlas.relations.figures import published
from vitatlas.relations.figures.published_rows import OURS, PUBLISHED
from vitatlas.relations.keys import KEYS, NUMERIC
from vitatlas.verdicts.keys import Keys
from vitatlas.verdicts.published import load_published

MAKERS = {"das": das_table, "novel": novel_table, "probe": probe_table, "behaviour": behavior_table}
KNOWN = load_published(CONFIG / "published/relations.yaml", Keys(keys=list(KEYS), numeric=list(NUMERIC))).table()


def tables(figure, chance=()):
    """The tables of all panels; models in `chance` are at chance."""
    make = MAKERS[figure.options["analysis"]]
    cells = [(panel.model, panel.task, panel.setting) for panel in figure.panels]
    ours = [] if make is behavior_table else [make(*cell) for cell in cells]
    ours += [behavior_table(*cell, chance=cell[0] in chance) for cell in cells]
    return pd.concat([*ours, KNOWN], ignore_index=True)


def drawn(analysis, tier="demo"):
    figure = spec(f"extra_published_{analysis}", tier)
    return figure, published.values(tables(figure), figure)


@pytest.mark.parametrize("tier", ["demo", "paper"])
@pytest.mark.parametrize("analysis", MAKERS)
def test_every_panel_has_ours_and_the_published_numbers_and_redraws_from_its_csv(analysis, tier, tmp_path):
    figure, values = drawn(analysis, tier)
    for _, panel in values.groupby("panel"):
        assert set(panel["source"]) == {OURS, PUBLISHED} and panel["value"].notna().all()
    again = from_csv(values, tmp_path)
    assert pixels(published.draw(values, figure)) == pixels(published.draw(again, figure))


def test_published_values_are_those_of_the_papers_model_and_ours_means_over_runs():
    figure, values = drawn("das")
    curve = values.query("panel == 0 and property == 'color'")
    known = curve[curve["source"] == PUBLISHED].sort_values("layer")
    assert known["value"].tolist()[:4] == [0.706, 0.895, 0.918, 0.853] and set(known["paper_model"]) == {"clip_b16"}
    assert known["layer"].tolist() == list(range(12))
    ours = curve[curve["source"] == OURS].sort_values("layer")
    assert ours["layer"].tolist() == list(range(6))
    rows = tables(figure).query(
        "model == 'mini-objects' and task == 'discrimination' and property == 'color' and control == 'none'"
        " and split == 'test_iid' and layer == 2"
    )
    assert ours["value"].iloc[2] == pytest.approx(np.average(rows["accuracy"], weights=rows["n"]))
    assert set(ours["runs"]) == {3}


def heights(rows):
    return {f"{value:.6f}" for value in rows["value"]}


@pytest.mark.parametrize(("tier", "shared"), [("demo", False), ("paper", True)])
@pytest.mark.parametrize("analysis", ["das", "novel", "probe"])
def test_miniatures_and_published_numbers_never_share_an_axis(analysis, tier, shared):
    figure, values = drawn(analysis, tier)
    ours, known = (heights(values[values["source"] == source]) for source in (OURS, PUBLISHED))
    mixed = 0
    for axes in published.draw(values, figure).axes:
        curves = [line for line in axes.get_lines() if len(line.get_xdata()) > 2]
        shown = {f"{height:.6f}" for line in curves for height in line.get_ydata()}
        mixed += bool(shown & (ours - known)) and bool(shown & (known - ours))
    assert bool(mixed) == shared


def test_a_column_says_which_model_a_miniature_stands_for():
    for tier, title in (("demo", "mini-objects\nfor CLIP ViT-B/16"), ("paper", "CLIP\nViT-B/16")):
        figure, values = drawn("probe", tier)
        picture = published.draw(values, figure)
        assert picture.axes[0].get_title() == title and picture.axes[0].get_xlabel() == "Layer"
        assert ("order and shape" in picture.get_suptitle().replace("\n", " ")) == (tier == "demo")


@pytest.mark.parametrize("analysis", MAKERS)
def test_a_model_at_chance_has_a_line_and_only_accuracies(analysis):
    figure = spec(f"extra_published_{analysis}")
    values = published.values(tables(figure, chance=["mini-mae"]), figure)
    ours = values[(values["source"] == OURS) & (values["model"] == "mini-mae")]
    assert set(ours["part"]) == ({"at chance", "number"} if analysis == "behaviour" else {"at chance"})
    texts = [text.get_text() for axes in published.draw(values, figure).axes for text in axes.texts]
    assert texts and all(text.startswith("at chance") for text in texts)


def test_only_what_was_published_is_drawn_of_ours():
    _, values = drawn("behaviour", "paper")
    imagenet = values.query("paper_model == 'imagenet_b16' and task == 'rmts'")
    counts = imagenet.groupby("source")["split"].apply(sorted)
    assert counts[OURS] == counts[PUBLISHED] and "ood_shape_color" not in counts[OURS]


def test_without_published_numbers_the_remedy_is_named():
    figure = spec("extra_published_das")
    table = tables(figure)
    with pytest.raises(UserError, match="no published number of interchange interventions for model 'clip_b16'"):
        published.values(table[table["analysis"] != "das"], figure)


def test_a_stand_in_is_compared_with_the_first_of_its_models():
    artifact = with_stand_ins(relations().artifact("extra_published_das"), STAND_INS)
    pairs = dict(zip((panel.model for panel in artifact.panels), artifact.paper_models, strict=True))
    assert pairs == {
        "mini-objects": "clip_b16",
        "mini-captions": "clip_b32",
        "mini-mae": "mae_b16",
        "mini-scratch": "scratch_b16",
    }
    assert "r/analysis/relations/published/numbers.parquet" in inputs(artifact, "r", ZOO)
    assert inputs(artifact, "r", ZOO)[0] == "r/analysis/relations/das/mini-objects/discrimination/256.parquet"


def test_other_figures_name_no_model_of_the_paper():
    assert all(panel.paper_model is None for panel in spec("figure_03").panels)

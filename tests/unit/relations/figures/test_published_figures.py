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


def tables(figure):
    make = MAKERS[figure.options["analysis"]]
    ours = [make(panel.model, panel.task, panel.setting) for panel in figure.panels]
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
    np.testing.assert_allclose(known["depth"], np.arange(1, 13) / 12)
    ours = curve[curve["source"] == OURS].sort_values("layer")
    np.testing.assert_allclose(ours["depth"], np.arange(1, 7) / 6)
    rows = tables(figure).query(
        "model == 'mini-objects' and task == 'discrimination' and property == 'color' and control == 'none'"
        " and split == 'test_iid' and layer == 2"
    )
    assert ours["value"].iloc[2] == pytest.approx(np.average(rows["accuracy"], weights=rows["n"]))
    assert set(ours["runs"]) == {3}


def test_miniatures_are_drawn_by_depth_and_never_bear_a_papers_name():
    for tier, label, names in (
        ("demo", "Relative depth", ["mini-objects\n(miniature)", "CLIP ViT-B/16,\npublished"]),
        ("paper", "Layer", ["CLIP ViT-B/16\n(ours)", "CLIP ViT-B/16,\npublished"]),
    ):
        figure, values = drawn("probe", tier)
        picture = published.draw(values, figure)
        axes = picture.axes[0]
        assert axes.get_xlabel() == label
        assert [text.get_text() for text in axes.get_legend().get_texts()] == names
        assert ("order and shape" in picture.get_suptitle()) == (tier == "demo")


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
    assert inputs(artifact, "r", ZOO)[-1] == "r/analysis/relations/published/numbers.parquet"
    assert inputs(artifact, "r", ZOO)[0] == "r/analysis/relations/das/mini-objects/discrimination/256.parquet"


def test_other_figures_name_no_model_of_the_paper():
    assert all(panel.paper_model is None for panel in spec("figure_03").panels)

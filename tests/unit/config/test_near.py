"""The name that was probably meant."""

import pytest

from vitatlas.config.near import FEW, listed, nearest, suggestion

FIGURES = [f"{paper}_figure_{number:02}" for paper in ("components", "relations") for number in range(1, 30)]
MODELS = ["clip_b16", "clip_b32", "clip_l14", "dino_b16", "mini-cnn", "mini-objects", "mini-vit", "vit_b16_384"]


@pytest.mark.parametrize(
    ("name", "names", "near"),
    [
        ("figure_3", FIGURES, ["components_figure_03", "relations_figure_03"]),
        ("relations_figure_1", FIGURES, ["relations_figure_01"]),
        ("Figure-007", FIGURES, ["components_figure_07", "relations_figure_07"]),
        ("relation_figure_12", FIGURES, ["relations_figure_12"]),
        ("clip-b32", MODELS, ["clip_b32"]),
        ("cilp_b16", MODELS, ["clip_b16"]),
        ("vit_b_16_384", MODELS, ["vit_b16_384"]),
        ("vit_b16_348", MODELS, ["vit_b16_384"]),
        ("mini-objetcs", MODELS, ["mini-objects"]),
        ("weights", MODELS, []),
        ("", MODELS, []),
        ("x", [], []),
    ],
)
def test_numbers_count_before_letters(name, names, near):
    assert nearest(name, names) == near


def test_the_question_names_all_that_are_equally_near():
    assert suggestion("figure_3", FIGURES) == "did you mean 'components_figure_03' or 'relations_figure_03'?"
    assert suggestion("weights", MODELS) is None


def test_a_few_names_are_listed_and_of_many_the_nearest():
    assert listed("x", MODELS) == f"there are: {', '.join(MODELS)}" and len(MODELS) < FEW
    said = listed("relations_figure_4", FIGURES)
    assert said.startswith("there are 58, among them: ") and "relations_figure_04" in said and len(said) < 150
    assert listed("x", []) == "there are none"

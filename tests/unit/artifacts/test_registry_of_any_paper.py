"""The registry of a paper with other keys than tasks: layer and feature."""

import pytest
from made_up_paper import PAPER, PLAIN, ZOO, registry

from vitatlas.artifacts.coverage import listing, paper_rows
from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import inputs, outputs, with_stand_ins
from vitatlas.artifacts.spec import AnyArtifactSpec
from vitatlas.errors import UserError

STAND_INS = {"large": "mini", "other": "mini"}
FOLDER = "results/demo/analysis/looks"


@pytest.fixture
def read(tmp_path):
    return registry(tmp_path)


def test_every_artifact_is_listed(read):
    assert list(read.artifacts) == ["figure_02", "figure_03", "table_01"]
    assert read.paper is PAPER and read.artifact("table_01").target == "looks_table_01"
    assert read.artifact("figure_02").template == "workflow/notebooks/looks/show.ipynb"


def test_panels_are_told_apart_by_the_papers_keys(read):
    shown = with_stand_ins(read.artifact("figure_02"), STAND_INS)
    assert [(panel.model, panel.layer, panel.feature) for panel in shown.panels] == [
        ("mini", 1, "stripes"),
        ("mini", 0, "dots"),
    ]
    assert shown.paper_models == ("large", "large")


def test_inputs_are_the_tables_of_the_panels_each_once(read):
    shown = with_stand_ins(read.artifact("figure_02"), STAND_INS)
    assert inputs(shown, "results/demo", ZOO) == [
        f"{FOLDER}/responses/mini/1/stripes.parquet",
        f"{FOLDER}/responses/mini/0/dots.parquet",
        f"{FOLDER}/images/stripes.parquet",
        f"{FOLDER}/images/dots.parquet",
        f"{FOLDER}/weights/mini/1.parquet",
        f"{FOLDER}/weights/mini/0.parquet",
    ]
    assert inputs(read.artifact("table_01"), "r", ZOO) == [
        "r/analysis/looks/responses/large/0/stripes.parquet",
        "r/analysis/looks/published/numbers.parquet",
    ]


def test_an_option_chooses_the_kind(tmp_path):
    options = {"measure": "weights"}
    chosen = registry(tmp_path, "figures", "figure_02", "options", value=options).artifact("figure_02")
    assert [kind.kind for kind in chosen.shows] == ["weights", "images"] == [kind.kind for kind in chosen.reads]


def test_outputs_lie_under_their_paper(read):
    assert outputs(read.artifact("figure_02"), "results/demo") == {
        form: f"results/demo/figures/looks/figure_02.{form}" for form in ("pdf", "png", "csv")
    }
    assert outputs(read.artifact("table_01"), "r")["tex"] == "r/tables/looks/table_01.tex"


def test_texts_have_the_papers_words(read):
    made = artifact_spec(with_stand_ins(read.artifact("figure_02"), STAND_INS), ZOO, "demo")
    assert made.paper == "looks" and made.title == "What Mini net see"
    assert made.caption == "(a) layer 1, stripes; (b) layer 0, dots; 2 features."
    assert made.panels[1].layer == 0 and made.panels[1].feature == "dots"
    as_read = AnyArtifactSpec.model_validate(made.model_dump(mode="json"))
    assert as_read.panels[0].feature == "stripes" and as_read.remarks == made.remarks


def test_a_paper_without_words_of_its_own_has_titles(tmp_path):
    plain = registry(tmp_path, "figures", "figure_02", "caption", value="{panels}.", paper=PLAIN)
    made = artifact_spec(plain.artifact("figure_02"), ZOO, "paper")
    assert made.caption == "(a) Large net; (b) Other net; (c) Large net." and made.title.startswith(
        "What Large net; Ot"
    )


def test_notes_are_about_panels_by_the_papers_keys(read):
    def notes(name, stand_ins):
        return artifact_spec(with_stand_ins(read.artifact(name), stand_ins), ZOO, "demo").notes

    dots, stem = "Dots are small.", "Layer 0 of mini is its stem."
    assert notes("figure_02", {}) == [dots] and notes("figure_02", STAND_INS) == [dots, stem]
    assert notes("table_01", {}) == [] and notes("table_01", STAND_INS) == [stem]
    assert notes("figure_03", STAND_INS) == [], "images are no results of a model"


def test_it_is_listed_with_full_names(read):
    assert [row.name for row in paper_rows(read, ZOO, "demo").rows] == ["figure_02", "figure_03", "table_01"]
    assert "| `looks_figure_02` | What Large net; Other net see | 2 | show |" in listing([read], ZOO)


@pytest.mark.parametrize(
    ("keys", "value", "message"),
    [
        (
            ("families", "show", "reads"),
            ["respones"],
            "unknown kind of analysis table 'respones'; there are: images, ",
        ),
        (("families", "show", "reads_with"), {"beside": ["x"]}, "unknown kind of analysis table 'x'"),
        (("families", "show", "reads_with"), {"besides": ["images"]}, "no option 'besides'; it has: beside, measure"),
        (("families", "show", "reads"), ["{kind}"], "'show' has no option 'kind'; it has: beside, measure"),
        (("families", "list", "reads"), ["{kind}"], "'list' has no option 'kind'; it has: none"),
        (("figures", "figure_02", "options"), {"measure": "tasks"}, "unknown kind of analysis table 'tasks'"),
        (
            ("figures", "figure_02", "options"),
            {"measures": "x"},
            "unknown key 'measures'; allowed here: beside, mea",
        ),
        (
            ("figures", "figure_02", "caption"),
            "{points}",
            r"placeholder '\{points\}'; allowed: models, panels, featur",
        ),
        (("figures", "figure_02", "title"), "{points}", r"unknown placeholder '\{points\}'"),
        (
            ("notes",),
            [{"about": {"task": "rmts"}, "text": "x"}],
            "unknown key of a panel 'task'; there are: feature, ",
        ),
        (("notes",), [{"about": {"layer": "0"}, "text": "x"}], "key 'layer' of a panel is never '0'"),
        (("figures", "figure_02", "panels"), [{"model": "large", "task": "rmts"}], r"panels\.0\.layer' is missing"),
    ],
)
def test_a_mistake_is_one_error_that_names_the_file(tmp_path, keys, value, message):
    with pytest.raises(UserError, match=message) as caught:
        registry(tmp_path, *keys, value=value)
    assert str(tmp_path / "looks.yaml") in str(caught.value.where)


def test_another_papers_keys_are_refused(tmp_path):
    panels = [{"model": "large", "layer": 0, "feature": "dots", "task": "rmts"}]
    with pytest.raises(
        UserError, match=r"unknown key 'figures\.figure_02\.panels\.0\.task'; allowed here: feature, layer"
    ):
        registry(tmp_path, "figures", "figure_02", "panels", value=panels)


def test_drawings_before_the_panels_take_the_first_letters(tmp_path, monkeypatch):
    monkeypatch.setattr(PAPER, "drawings", lambda options: int(options["beside"]), raising=False)
    figure = registry(tmp_path).artifact("figure_02")
    made = artifact_spec(with_stand_ins(figure, STAND_INS), ZOO, "demo")
    assert made.caption == "(b) layer 1, stripes; (c) layer 0, dots; 2 features."

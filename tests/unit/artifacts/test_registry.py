from pathlib import Path

import pytest
import yaml
from artifact_specs import CONFIG, STAND_INS, ZOO, raw_spec, relations, spec
from hypothesis import given
from hypothesis import strategies as st

from vitatlas.artifacts.registry import inputs, load_registry, outputs, with_stand_ins
from vitatlas.errors import UserError
from vitatlas.papers import papers
from vitatlas.relations.artifacts import Panel

RELATIONS = papers()["relations"]
REGISTRY = relations()
FILE = CONFIG / "artifacts/relations.yaml"


def edited(tmp_path: Path, *keys: str, value: object) -> Path:
    """The registry's file with one value replaced."""
    content = yaml.safe_load(FILE.read_text())
    place = content
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    path = tmp_path / "relations.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def test_every_figure_and_table_of_the_paper_is_listed():
    figures = [f"figure_{number:02}" for number in range(1, 40)]
    tables = [f"table_{number:02}" for number in range(1, 9)]
    extras = [name for name in REGISTRY.artifacts if name.startswith("extra_")]
    assert list(REGISTRY.artifacts) == figures + extras + tables


def test_what_has_no_known_caption_says_what_is_our_reading():
    unknown = [artifact for artifact in REGISTRY.artifacts.values() if not artifact.caption_known]
    figures = {artifact.name for artifact in unknown if artifact.kind == "figure"}
    appendix = {f"figure_{number:02}" for number in range(7, 40)}
    assert len(appendix - figures) == 14 and figures <= appendix  # of 33 figures in the appendix
    for artifact in unknown:
        assert artifact.inferred and artifact.reading.startswith(artifact.inferred), artifact.name
    for artifact in REGISTRY.artifacts.values():
        reading = spec(artifact.name).reading
        assert reading == artifact.reading and ("caption was not known" in reading) == (artifact in unknown)


def test_every_model_is_in_the_zoo_and_every_family_has_its_options():
    for artifact in REGISTRY.artifacts.values():
        assert {panel.model for panel in artifact.panels} <= set(ZOO.models)
        options = RELATIONS.options_of(artifact.family_name).model_validate(artifact.options)
        assert artifact.options == options.model_dump(mode="json")


def test_what_is_pending_says_why_and_what_it_needs():
    pending = [artifact for artifact in REGISTRY.artifacts.values() if artifact.pending]
    assert {artifact.family_name for artifact in pending} == set()
    assert all(len(artifact.pending) > 20 and artifact.family.reads for artifact in pending)


def test_every_figure_that_can_be_made_has_a_template(root):
    for artifact in REGISTRY.in_tier("paper", "figure"):
        assert (root / artifact.template).is_file()
        assert (root / f"src/vitatlas/relations/figures/{artifact.family_name}.py").is_file()


def test_stand_ins_take_the_models_places_and_repeated_panels_are_dropped():
    table = with_stand_ins(REGISTRY.artifact("table_02"), STAND_INS)
    assert [panel.model for panel in table.panels] == ["mini-objects", "mini-captions", "mini-mae", "mini-scratch"]
    assert with_stand_ins(REGISTRY.artifact("table_02"), {}) == REGISTRY.artifact("table_02")


@given(st.dictionaries(st.sampled_from(sorted(STAND_INS)), st.sampled_from(sorted(set(STAND_INS.values())))))
def test_resolving_keeps_every_stand_in_once_and_is_stable(stand_ins):
    for artifact in REGISTRY.artifacts.values():
        once = with_stand_ins(artifact, stand_ins)
        wanted = {
            Panel(model=stand_ins.get(panel.model, panel.model), task=panel.task, setting=panel.setting)
            for panel in artifact.panels
        }
        assert len(once.panels) == len(wanted) and set(once.panels) == wanted
        assert with_stand_ins(once, stand_ins) == once


def test_inputs_are_the_tables_of_the_panels_each_once():
    figure = with_stand_ins(REGISTRY.artifact("figure_11"), STAND_INS)
    folder = "results/demo/analysis/relations/attention/mini-captions"
    beside = [f"{folder.replace('attention', 'behaviour')}/{task}/256.parquet" for task in ("discrimination", "rmts")]
    assert inputs(figure, "results/demo", ZOO) == [
        *(f"{folder}/discrimination/256.parquet", f"{folder}/rmts/256.parquet"),
        *beside,
    ]
    walk = [REGISTRY.artifact(name) for name in ("figure_21", "figure_22")]
    assert {inputs(figure, "r", ZOO)[0] for figure in walk} == {
        "r/analysis/relations/walkthrough/clip_b16/discrimination/32.parquet"
    }


def test_every_figure_of_fine_tuned_models_reads_whether_they_are_at_chance():
    for artifact in REGISTRY.artifacts.values():
        kinds = [analysis.kind for analysis in artifact.reads]
        looks = any(analysis.of_models for analysis in artifact.shows) and artifact.family_name != "walkthrough_input"
        assert ("behaviour" in kinds or "auxiliary" in kinds) == looks, artifact.name


def test_stimulus_figures_read_the_tables_of_their_models_geometry():
    figure = REGISTRY.artifact("figure_07")
    assert inputs(figure, "results/paper", ZOO) == ["results/paper/analysis/relations/shape_sheet/p16.parquet"]
    demo = with_stand_ins(figure, STAND_INS)
    assert inputs(demo, "results/demo", ZOO) == ["results/demo/analysis/relations/shape_sheet/mini.parquet"]


def test_a_pending_artifact_has_no_inputs_but_a_reason(tmp_path):
    path = edited(tmp_path, "families", "probe", "pending", value="nobody has built it")
    registry = load_registry(path, RELATIONS, ZOO)
    with pytest.raises(UserError, match=r"figure_05 cannot be made yet: nobody has built it"):
        inputs(registry.artifact("figure_05"), "results/demo", ZOO)


def test_outputs_by_format():
    assert outputs(REGISTRY.artifact("figure_02"), "results/demo") == {
        form: f"results/demo/figures/relations/figure_02.{form}" for form in ("pdf", "png", "csv")
    }
    assert outputs(REGISTRY.artifact("table_02"), "results/demo") == {
        form: f"results/demo/tables/relations/table_02.{form}" for form in ("csv", "md", "tex")
    }


def test_an_unknown_artifact_lists_those_that_there_are():
    with pytest.raises(
        UserError,
        match=r"unknown artifact 'figure_99'; there are \d+, among them: .*figure_(.|\n)*registry of 'relations'",
    ):
        REGISTRY.artifact("figure_99")


@pytest.mark.parametrize(
    ("keys", "value", "message"),
    [
        (("figures", "figure_02", "famly"), 1, r"unknown key 'figures\.figure_02\.famly'.*allowed here: .*family"),
        (("figures", "figure_02", "options"), {"detials": []}, r"unknown key 'detials'; allowed here: details"),
        (("figures", "figure_02", "family"), "atention", r"unknown family 'atention'; there are: attention, "),
        (("figures", "figure_02", "tiers"), ["big"], r"key 'figures\.figure_02\.tiers\.0'.*'smoke', 'demo' or 'paper'"),
        (("figures", "figure_02", "caption"), "{model}", r"unknown placeholder '\{model\}'; allowed: models, panels"),
        (("figures", "figure_02", "panels"), [{"model": "vgg"}], r"unknown model 'vgg'; there are \d+, among them: "),
        (("figures", "figure_02", "panels"), [], r"key 'figures\.figure_02\.panels'.*at least 1"),
        (("tables", "table_2"), {}, r"key 'tables\.table_2"),
        (
            ("families", "attention", "reads"),
            ["atention"],
            r"unknown kind of analysis table 'atention'; there (.|\n)*did you mean 'attention'",
        ),
        (("families", "das", "reads_with"), {"scheme": ["das", "x"]}, r"unknown kind of analysis table 'x'"),
        (("families", "published", "reads"), ["{analysys}"], r"'published' has no option 'analysys'; it has: analysis"),
        (("families", "das", "reads_with"), {"schema": ["das"]}, r"'das' has no option 'schema'; it has: scheme, det"),
        (("families", "sheet", "reads_with"), {"scheme": ["das"]}, r"'sheet' has no option 'scheme'; it has: none"),
        (("notes",), [{"about": {"taks": "rmts"}, "text": "x"}], r"unknown key of a panel 'taks'; there are: model, "),
    ],
)
def test_a_mistake_names_file_key_and_what_is_allowed(tmp_path, keys, value, message):
    path = edited(tmp_path, *keys, value=value)
    with pytest.raises(UserError, match=message) as caught:
        load_registry(path, RELATIONS, ZOO)
    assert str(path) in str(caught.value.where)


def test_text_names_the_models_shown_never_those_they_stand_in_for():
    demo = raw_spec("figure_02")
    assert "mini" in demo["title"] and "CLIP" not in demo["title"] + demo["caption"]
    assert demo["caption"].startswith(f"(a) {ZOO.models['mini-objects'].title} on discrimination; (b) ")
    paper = raw_spec("figure_02", "paper")
    assert "CLIP ViT-B/16" in paper["title"]
    assert demo["tier_note"].startswith("Demo tier") and paper["tier_note"] is None


def test_the_note_on_rmts_stands_with_results_of_the_model_it_is_about():
    chosen, stages, supervised = raw_spec("table_04")["notes"]
    assert "chosen by looking at these numbers" in chosen and raw_spec("table_04")["in_picture"] == [chosen]
    assert "laid down by its pretraining" in stages and "pretraining supervises same and different" in supervised
    others = raw_spec("table_02")["notes"]
    assert others[:2] == [chosen, stages] and supervised not in others
    assert raw_spec("figure_03")["notes"] == [chosen, stages, supervised]
    assert raw_spec("figure_01")["notes"] == [], "stimuli are no results"
    assert raw_spec("table_04", "paper")["notes"] == []

"""The descriptor of a paper: what papers have if they say nothing, with keys of their own."""

import pytest
from made_up_paper import PAPER, PLAIN, ZOO, Panel, ShowOptions, config, wildcards

from vitatlas.artifacts import schema, spec
from vitatlas.artifacts.schema import NoOptions
from vitatlas.config.schema import PaperSection
from vitatlas.errors import UserError
from vitatlas.paper.descriptor import PUBLISHED, Analysis, Paper
from vitatlas.paper.specs import Settings
from vitatlas.papers import papers

PANEL = Panel(model="mini", layer=1, feature="stripes")


class Bare(Paper):
    """A paper that says nothing but its name."""

    name = "bare"


def test_a_paper_that_says_nothing_has_models_alone():
    bare = Bare()
    assert (bare.section, bare.panel, bare.artifact) == (PaperSection, schema.Panel, spec.ArtifactSpec[spec.PanelSpec])
    assert bare.zoo_annex is bare.model_annex is None
    assert not any([bare.analyses, bare.builders, bare.keys, bare.numeric, bare.shown, bare.words, bare.options])
    assert not any(
        [bare.figures, bare.column_types, bare.tutorial, bare.scenes, bare.without_cost, bare.moved, bare.moved_in_zoo]
    )


def test_settings_see_the_papers_section():
    settings = PLAIN.settings(config(), ZOO)
    assert type(settings) is Settings and settings.paper == "looks"
    assert settings.section.looking.steps == 3 and settings.results == "results/demo"
    assert PLAIN.paths(settings) is None and PLAIN.folders(settings) == []


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("responses", "analysis/looks/responses/mini/1/stripes.parquet"),
        ("weights", "analysis/looks/weights/mini/1.parquet"),
        ("images", "analysis/looks/images/stripes.parquet"),
        (PUBLISHED, "analysis/looks/published/numbers.parquet"),
    ],
)
def test_tables_lie_under_their_paper_by_the_keys_of_panels(kind, path):
    words = PLAIN.places(PANEL, ZOO)
    assert words == {"model": "mini", "layer": 1, "feature": "stripes"}
    assert PLAIN.analysis(kind, "here").path("looks", words) == path


def test_an_unknown_kind_lists_those_that_there_are():
    with pytest.raises(UserError) as caught:
        PLAIN.analysis("response", "here")
    assert caught.value.problem == (
        "unknown kind of analysis table 'response'; there are: images, published, responses, weights"
    )
    assert (caught.value.where, caught.value.remedy) == ("here", "did you mean 'responses'?")


def test_kinds_are_of_models_where_their_place_names_one():
    assert [kind.of_models for kind in PLAIN.analyses] == [True, True, False]
    assert Analysis("any", "{layer}") == Analysis("any", "{layer}", (), (), ())


def test_options_are_the_familys_or_none():
    assert PLAIN.options_of("show") is ShowOptions
    assert PLAIN.options_of("list") is NoOptions


def test_panels_have_the_titles_of_models_and_captions_their_own_words():
    made = PLAIN.panel_spec(PANEL, ZOO, None)
    assert made == spec.PanelSpec(model="mini", title="Mini net") and made.heading == "Mini net"
    assert PLAIN.caption_words([made], {}) == {}
    own = PAPER.panel_spec(PANEL, ZOO, None)
    assert own.heading == "layer 1, stripes" and PAPER.caption_words([own], {}) == {"features": "1 features"}


def test_nothing_is_added_to_specs_and_nothing_tested_against():
    assert PLAIN.drawings({"scheme": True}) == 0 and PLAIN.lacking({"pending": {"n": "no n"}}) == {}
    assert PLAIN.artifact_keys(["responses"], ["mode"]) == {} == PLAIN.verdict_protocol(["mode"])
    assert PLAIN.tested([(PLAIN.analyses[0], PLAIN.places(PANEL, ZOO))], PLAIN.settings(config(), ZOO)) == []


@pytest.mark.parametrize(
    ("stand_ins", "message", "where"),
    [
        ({"large": "mine"}, "unknown model 'mine'; there are: large, mini, other", "looks.stand_ins.large'"),
        ({"lage": "mini"}, "unknown model 'lage'; there are: large, mini, other", "looks.stand_ins'"),
    ],
)
def test_stand_ins_must_be_in_the_zoo(stand_ins, message, where):
    PLAIN.check(config(), ZOO, "demo.yaml")
    with pytest.raises(UserError, match=message) as caught:
        PLAIN.check(config(looks={"stand_ins": stand_ins}), ZOO, "demo.yaml")
    assert caught.value.where == f"demo.yaml: key '{where}"


def test_papers_are_found_by_their_package():
    assert "relations" in papers() and all(name == paper.name for name, paper in papers().items())


def test_every_builder_has_wildcards_of_its_own():
    spec = PAPER.builders[0].build(PAPER.settings(config(), ZOO), wildcards(model="mini"))
    assert spec.steps == 3

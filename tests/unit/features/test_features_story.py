"""What the tutorial of this paper calls: its networks, its tables, and its statements beside their controls."""

import json
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from vitatlas.errors import UserError
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.statements import Networks, Shown, networks, statements
from vitatlas.features.story import by_place, ends, models, reached, told
from vitatlas.project.atlas import load_atlas

ROOT = Path(__file__).resolve().parents[3]
OF = Networks("labels", "captions", "names", "convolutional", "untrained")


class Wildcards:
    """Those of the rule of tutorials."""

    paper = "features"


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    spec = load_atlas(ROOT, {"tier": "demo"}).specs.tutorial_notebook(Wildcards)
    path = tmp_path_factory.mktemp("story") / "features.json"
    path.write_text(json.dumps({"spec": spec}))
    return told(str(path))


def test_the_models_are_those_that_the_story_shows(story):
    assert isinstance(story.artifact("figure_01"), ArtifactSpec)
    panels = [panel for artifact in story.artifacts.values() for panel in artifact.panels]
    found = models(story)
    assert set(found.index) == {panel.title for panel in panels}
    untrained = {panel.title for panel in panels if panel.untrained}
    assert untrained and set(found.index[found["taught"] == "random weights"]) == untrained


def test_each_network_of_the_statements_is_what_its_name_says(story):
    panels = {panel.title: panel for artifact in story.artifacts.values() for panel in artifact.panels}
    of = networks(story)
    assert panels[of.untrained].untrained and panels[of.convolutional].convolutional
    assert "captions" in panels[of.captions].taught and "captions" not in panels[of.names].taught
    assert panels[of.labels].taught == "the category"
    assert len(set(of)) == len(of)


def test_pictures_are_counted_by_layer():
    values = pd.DataFrame(
        {
            "part": ["visualisation"] * 5 + ["top picture"],
            **{"layer": [0, 0, 1, 1, 1, 1], "unit": [0, 1, 0, 1, 2, 0]},
            "percentile": [100.0, 98.9, 99.0, 50.0, 99.5, None],
        }
    )
    found = reached(values)
    assert found["pictures"].tolist() == [2, 3]
    assert found.iloc[:, 1].tolist() == [1, 1]
    assert found.iloc[:, 2].tolist() == [pytest.approx(99.45, abs=0.06), 99.0]


def made(sites=("attn.k", "mlp.act"), quantity="high_frequency") -> pd.DataFrame:
    """Measures of pictures at places, of which keys have more where the weight is in activation alone."""
    rows = []
    for site, layer, units in product(sites, (1, 4), ("sd", "activation")):
        value = 0.8 if (site, units) == ("attn.k", "activation") else 0.4
        rows.append(
            {
                **{"part": "measure", "site": site, "layer": layer, "weight_units": units, "quantity": quantity},
                **{"value": value, "low": value - 0.1, "high": value + 0.1},
            }
        )
    return pd.DataFrame(rows)


def test_places_stand_in_order_with_both_units_of_the_weight():
    table = by_place(pd.concat([made(), made(quantity="agreement")]), "high_frequency")
    assert [place for place, _ in table.index] == ["feed-forward, after GELU"] * 2 + ["keys"] * 2
    assert table.loc[("keys", 1), "weight in activation"] == "0.80 (0.70–0.90)"
    assert table.loc[("keys", 4), "weight per standard deviation"] == "0.40 (0.30–0.50)"


def test_a_place_that_was_looked_at_with_one_weight_alone_stays_in_the_table():
    rows = made(("mlp.act", "mlp.out"))
    table = by_place(rows[(rows["site"] == "mlp.act") | (rows["weight_units"] == "sd")], "high_frequency")
    output = table.loc[("feed-forward, output", 1)]
    assert output["weight in activation"] == "–" and output["weight per standard deviation"] == "0.40 (0.30–0.50)"


def test_measures_of_two_layers_together_say_so():
    table = by_place(made(quantity="told_apart").query("layer == 1").assign(layer=-1), "told_apart")
    assert {layer for _, layer in table.index} == {"both"}


def test_a_measure_that_is_not_there_is_refused():
    with pytest.raises(UserError, match="told_apart"):
        by_place(made(), "told_apart")


def curve(values: dict[str, tuple[float, ...]], **keys: str) -> pd.DataFrame:
    """Numbers of networks by layer, with their intervals."""
    rows = [
        {"title": title, "layer": layer, "value": value, "low": value - 0.02, "high": value + 0.02, **keys}
        for title, by_layer in values.items()
        for layer, value in enumerate(by_layer)
    ]
    return pd.DataFrame(rows)


def test_ends_are_of_each_network():
    found = ends(curve({"a": (0.1, 0.5, 0.9), "b": (0.3, 0.2)}, quantity="variation"), quantity="variation")
    assert found.loc["a"].tolist() == ["0.1 (0.08 to 0.12)", "0.9 (0.88 to 0.92)"]
    assert found.loc["b", "last layer"] == "0.2 (0.18 to 0.22)"


def shown() -> Shown:
    """Numbers as the paper has them, while all controls do not say the same."""
    category = {"quantity": "eta2", "attribute": "category"}
    shares = [curve({"labels": (0.1, 0.9)}, **{**category, "quantity": "share_of_eta2"})]
    shares.append(curve({"labels": (0.1, 0.6), "untrained": (0.1, 0.9)}, **category))
    flat = {"quantity": "variation", "control": "", "chosen": "random"}
    local = [curve({"labels": (0.9, 0.5), "untrained": (0.3, 0.2)}, **flat)]
    local += [curve({"labels": (0.7,)}, quantity="pointing", control=name) for name in ("", "shuffled")]
    tokens = {"natural": 0.9, "isolating_cls": 0.8, "patch_average": 0.6}
    told_tokens = [curve({"labels": (value,)}, quantity=name, measure="top1") for name, value in tokens.items()]
    background = {"what": "accuracy", "shown": "background", "mask": "boxes"}
    grounds = [curve({"labels": (0.5,), "convolutional": (0.3,)}, **background, fill="black")]
    grounds.append(curve({"labels": (0.3,), "convolutional": (0.5,)}, **background, fill="mean"))
    grounds.append(curve({"labels": (0.0,)}, what="gain", shown="scene"))
    passed = curve({"labels": (0.5,), "convolutional": (0.3,)}, measure="area", filter="ideal")
    color = {"quantity": "share_selective", "attribute": "color"}
    named = curve({"labels": (0.0,), "captions": (0.2,), "names": (0.2,)}, **color)
    turned = curve({"labels": (0.2,), "untrained": (0.2,)}, what="ratio", motion="rotation")
    shifted = curve({"labels": (0.4,), "untrained": (0.7,)}, what="ratio", motion="translation")
    return Shown(
        **{"shares": pd.concat(shares), "local": pd.concat(local), "places": made(), "passed": passed, "named": named},
        **{"tokens": pd.concat(told_tokens).assign(chance=0.1), "grounds": pd.concat(grounds)},
        motions=pd.concat([turned, shifted]),
    )


def test_every_statement_can_hold_while_its_control_does_not():
    found = statements(shown(), OF)["is it"]
    control = found.index.str.startswith("control") | found.index.str.contains("(control)", regex=False)
    assert set(found[~control]) == {"yes"} and set(found[control]) <= {"no", "cannot be told"}
    assert control.sum() > 5


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("shares", "early to late"),
        ("local", "more uneven in the first layer"),
        ("places", "weight in activation"),
        ("tokens", "on any patch"),
        ("grounds", "on backgrounds"),
        ("passed", "without high frequencies"),
        ("named", "one colour after captions"),
        ("motions", "shifted pictures"),
    ],
)
def test_a_statement_follows_its_own_numbers(part, word):
    whole = shown()
    rows = getattr(whole, part)
    opposite = rows.assign(value=-rows["value"], low=-rows["high"], high=-rows["low"])
    found = statements(whole._replace(**{part: opposite}), OF)["is it"]
    assert "yes" not in set(found[found.index.str.contains(word, regex=False)])


def test_what_a_tier_does_not_measure_is_said():
    found = statements(shown(), OF._replace(convolutional="elsewhere"))["is it"]
    assert found[found.index.str.contains("convolutional")].eq("not measured").all()

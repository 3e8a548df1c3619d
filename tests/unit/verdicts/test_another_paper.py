"""A paper with keys of its own: model × layer × feature. The engine knows none of them but model and layer."""

import json

import pandas as pd
import pytest
from verdict_cases import TEMPLATE

from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.verdicts.job import judging
from vitatlas.verdicts.keys import RESERVED, Keys
from vitatlas.verdicts.published import columns, load_published
from vitatlas.verdicts.spec import VerdictSpec

KEYS = Keys(keys=["layer", "feature", "quantity", "strength"], numeric=["strength"])
FILE = """
title: Features
reference: Nobody, nowhere
reference_code: none
tolerances: {plateau: 0.05, steep: 0.1, rise: 0.1}
statement: "{feature} of {model}: {rest}"
solved:
  of: {analysis: maps, quantity: sharpness, layer: 0}
  keys: [feature]
  at_least: 0.5
  otherwise: "{model} has no {feature} (sharpness {value})"
  unmeasured: "of {model}, no {feature} were looked for"
numbers:
  maps:
    shared: {source: a table, tolerance: 0.05, decimals: 2, fixed: {quantity: sharpness}}
    blocks:
      - {artifact: figure_02, rows: [model, feature], along: layer, values: {m edges: [0.9, 0.5, 0.1]}}
      - {artifact: table_01, rows: [model, layer, feature, strength], values: {m 2 curves 0.5: 0.7}}
claims:
  - id: edges-first
    kind: peak
    statement: In {model}, edges peak before curves
    artifact: figure_02
    source: figure 2
    confidence: stated by the paper
    of: {analysis: maps, quantity: sharpness, strength: null, model: m}
    curves: [{feature: edges}, {feature: curves}]
    in_order: true
  - id: edges-over-curves
    kind: order
    statement: In layer {layer} of {model}, edges are sharper than {feature}
    artifact: figure_02
    source: figure 2
    confidence: stated by the paper
    of: {analysis: maps, quantity: sharpness, strength: null}
    steps: [{feature: edges}, {}]
    each: [{model: m, layer: [0, 2], feature: curves}]
  - id: edges-fade
    kind: order
    statement: "{feature} of {model} fade"
    source: figure 2
    confidence: stated by the paper
    of: {analysis: maps, quantity: sharpness, strength: null}
    steps: [{layer: 0}, {layer: 2}]
    solved: true
    each: [{model: m, feature: [edges, curves]}]
"""
CURVES = {"edges": [0.9, 0.52, 0.12], "curves": [0.1, 0.3, 0.72]}


def read(table):
    return table.assign(analysis="maps", quantity="sharpness")


def spec(**more):
    given = {"paper": "looks", "tier": "paper", "scale": "paper", "note": None, "notes": [], "stand_ins": {}}
    words = {"strength": "at strength", "curves": "curved lines"}
    shown = {"titles": {"m": "Model M"}, "unmade": {}, "words": words, "shown": ["feature", "layer"]}
    return VerdictSpec(**KEYS.model_dump() | given | shown | more)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "looks.yaml"
    path.write_text(FILE)
    return path


@pytest.fixture
def made(tmp_path, file):
    """The table of verdicts that the job writes."""
    rows = [
        {"model": "m", "feature": name, "layer": layer, "run": run, "value": value + 0.01 * run}
        for name, values in CURVES.items()
        for layer, value in enumerate(values)
        for run in range(2)
    ]
    strong = [{"model": "m", "feature": "curves", "layer": 2, "strength": 0.5, "run": 0, "value": 0.9}]
    inputs = []
    for kind, table in (("maps", rows), ("strong_maps", strong), ("others", [])):
        inputs.append(tmp_path / "analysis/looks" / kind / "m.parquet")
        inputs[-1].parent.mkdir(parents=True)
        pd.DataFrame(table).to_parquet(inputs[-1])
    null = tmp_path / "looks_null.csv"
    null.write_text("# vitatlas: {}\nid,by_chance\nedges-first,0.01\n")
    arguments = ["--input", "published", str(file), "--input", "template", str(TEMPLATE)]
    arguments += ["--input", "null", str(null), "--input", "tables", *map(str, inputs)]
    arguments += ["--spec", json.dumps(spec().model_dump(mode="json"))]
    for form in ("csv", "md", "svg"):
        arguments += ["--output", form, str(tmp_path / f"looks.{form}")]
    judging({"maps": (read,), "strong_maps": (read,)})(parse(VerdictSpec, arguments))
    return pd.read_csv(tmp_path / "looks.csv", comment="#", dtype=str).set_index("id")


def test_its_numbers_are_named_by_its_keys_and_compared(made):
    curve, number = made.loc["maps/m/edges/sharpness"], made.loc["maps/m/curves/sharpness/0.5/2"]
    assert curve["statement"] == "edges of Model M: maps, sharpness, per layer"
    assert number["statement"] == "curved lines of Model M: maps, sharpness, at strength 0.5, layer 2"
    assert curve["verdict"] == "reproduced" and number["verdict"] == "direction only"


def test_its_claims_are_judged(made):
    places = made.loc["edges-first"]
    assert (places["verdict"], places["ours"]) == ("reproduced", "edges in layer 0, curves in layer 2 of 3")
    assert places["statement"] == "In Model M, edges peak before curves"
    assert places["by_chance"] == "0.01"


def test_a_claim_may_ask_for_a_layer(made):
    first, last = made.loc["edges-over-curves/m/curves/0"], made.loc["edges-over-curves/m/curves/2"]
    assert (first["verdict"], last["verdict"]) == ("reproduced", "not reproduced")
    assert last["statement"] == "In layer 2 of Model M, edges are sharper than curved lines"


def test_the_file_says_what_a_claim_presupposes(made):
    assert made.loc["edges-fade/m/edges", "verdict"] == "reproduced"
    assert made.loc["edges-fade/m/curves", "reason"] == "Model M has no curved lines (sharpness 0.11)"


def test_the_table_has_columns_for_the_keys_that_are_shown(made):
    assert list(made.columns)[4:8] == ["ours_model", "feature", "layer", "where"]
    shown = made[["feature", "layer"]].fillna("")
    assert shown.loc["maps/m/curves/sharpness/0.5/2"].tolist() == ["curves", "2"]
    assert shown.loc["maps/m/edges/sharpness"].tolist() == ["edges", ""]
    assert shown.loc["edges-over-curves/m/curves/0"].tolist() == ["curves", "0"]


def test_its_table_of_numbers_has_columns_for_its_keys(file):
    table = load_published(file, KEYS).table()
    assert list(table.columns) == columns(KEYS)
    assert table.dtypes[["feature", "layer", "strength"]].astype(str).tolist() == ["string", "Int64", "float64"]
    assert table["layer"].tolist() == [0, 1, 2, 2]


def test_keys_of_another_paper_are_refused(file):
    file.write_text(FILE.replace("strength: null, model: m}", "task: rmts}"))
    with pytest.raises(UserError) as error:
        load_published(file, KEYS)
    names = "analysis, feature, layer, model, quantity, strength"
    assert f"unknown key 'task'; there are: {names}" in str(error.value)
    assert "looks.yaml: claim 'edges-first'" in str(error.value)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"keys": ["feature", "scale"]}, "keys of another meaning: scale"),
        ({"numeric": ["alpha"]}, "`numeric` names what is no key of the paper: alpha"),
        ({"numeric": ["layer"]}, "`numeric` names what is no key of the paper: layer"),
        ({"shown": ["model"]}, "`shown` names what is no key of the paper: model"),
    ],
)
def test_keys_that_cannot_be_are_refused(values, words):
    with pytest.raises(ValueError, match=words):
        spec(**values)


def test_every_other_column_is_reserved(made):
    others = {*made.columns, "id", *columns(KEYS)} - {*KEYS.names}
    assert others <= RESERVED

"""What the tutorial of this paper calls: its models, and tables of means with their spread."""

import json

import numpy as np
import pandas as pd
from artifact_specs import raw_spec
from artifact_tables import attention_table
from intervention_tables import das_table, novel_table, probe_table

from vitatlas.facts.markdown import share
from vitatlas.relations.artifacts import ArtifactSpec
from vitatlas.relations.story import (
    exchanges,
    judgements,
    models,
    novel_vectors,
    peaks_by_run,
    told,
    with_spread,
)


def test_the_models_are_those_that_the_story_shows(tmp_path):
    shown = {name: raw_spec(name, "smoke") for name in ("table_04", "figure_02")}
    spec = {"paper": "relations", "tier": "smoke", "artifacts": shown, "tables": {name: [] for name in shown}}
    (tmp_path / "relations.json").write_text(json.dumps({"spec": spec}))
    story = told(str(tmp_path / "relations.json"))
    assert isinstance(story.artifact("table_04"), ArtifactSpec)
    panels = [panel for name in shown for panel in story.artifact(name).panels]
    assert set(models(story).index) == {panel.title for panel in panels} >= {"mini-mae", "mini-scratch"}
    assert models(story).loc["mini-scratch", "pretraining images"] == "–"


def test_accuracies_stand_with_their_spread_and_number_of_runs():
    values = pd.DataFrame({"accuracy": [99.56, 50.0], "sd": [0.06, np.nan], "runs": [3, 1]})
    assert with_spread(values).tolist() == ["99.6 ± 0.1 (3)", "50.0 (1)"]


def test_peaks_are_told_of_every_run_of_every_panel():
    spec = ArtifactSpec.model_validate(raw_spec("figure_02", "smoke"))
    table = pd.concat(attention_table(panel.model, panel.task, panel.setting) for panel in spec.panels)
    found = peaks_by_run(table, spec)
    assert len(found) == 3 * len(spec.panels) and found["in_order"].all()
    assert "WO 0 <" in found["layers"].iloc[0]


def test_exchanges_are_pairs_made_the_same_where_a_subspace_was_searched_for():
    table = das_table("m", "rmts").assign(steps=lambda rows: (rows["property"] == "shape").astype(int))
    found = exchanges(pd.concat([table, attention_table("m", "rmts")]))
    assert {key[1] for key in found.index} == {"shape"} and (found["runs"] == 3).all()
    same = table.query("split == 'test_iid' and direction == 'different-to-same' and layer == 1 and control == 'none'")
    by_run = same[same["property"] == "shape"].groupby("run")["accuracy"].mean()
    assert found.loc[("rmts", "shape", "none"), "block 1"] == share(by_run.mean(), by_run.std())


def test_novel_vectors_are_pairs_made_the_same():
    table = novel_table("m", "discrimination")
    found = novel_vectors(pd.concat([table, attention_table("m", "discrimination")]))
    by_run = table.query("property == 'color' and method == 'added' and layer == 0")["made_same"]
    assert found.loc[("color", "added"), "block 0"] == share(by_run.mean(), by_run.std())


def test_judgements_are_of_both_pairs_at_scale_one():
    table = probe_table("m")
    found = judgements(table)
    assert sorted(found.index) == ["control", "intervention", "probe"]
    moved = table.query("quantity == 'intervention' and pair == 'mean' and split == 'test_iid' and layer == 3")
    at_one = moved[moved["alpha"] == 1]["value"]
    assert found.loc["intervention", "block 3"] == share(at_one.mean(), at_one.std())

"""What the tutorial of this paper calls: its models, and best layers."""

import json

import numpy as np
import pandas as pd
from artifact_specs import raw_spec

from vitatlas.relations.artifacts import ArtifactSpec
from vitatlas.relations.story import best_layers, models, told


def test_the_models_are_those_that_the_story_shows(tmp_path):
    shown = {name: raw_spec(name, "smoke") for name in ("table_04", "figure_02")}
    spec = {"paper": "relations", "tier": "smoke", "artifacts": shown, "tables": {name: [] for name in shown}}
    (tmp_path / "relations.json").write_text(json.dumps({"spec": spec}))
    story = told(str(tmp_path / "relations.json"))
    assert isinstance(story.artifact("table_04"), ArtifactSpec)
    panels = [panel for name in shown for panel in story.artifact(name).panels]
    assert set(models(story).index) == {panel.title for panel in panels} >= {"mini-mae", "mini-scratch"}
    assert models(story).loc["mini-scratch", "pretraining images"] == "–"


def test_the_best_layer_is_that_of_the_greatest_success():
    numbers = {"part": "success", "property": ["shape", "shape", "color"], "layer": [0, 1, 2]}
    values = pd.DataFrame({**numbers, "value": [0.2, 0.9, np.nan]})
    assert best_layers(values, ["property"])["layer"].tolist() == [1]

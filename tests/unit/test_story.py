"""What the tutorial is made of: its spec, the access to tables, and its own figure."""

import json

import numpy as np
import pandas as pd
import pytest
from artifact_specs import CONFIG, raw_spec
from artifact_tables import behavior_table

from vitatlas.artifacts.figures import accuracy
from vitatlas.artifacts.story import Story, best_layers
from vitatlas.artifacts.tutorial_spec import SHOWN
from vitatlas.atlas import load_atlas
from vitatlas.errors import UserError


def story(folder):
    (folder / "table.parquet").parent.mkdir(exist_ok=True)
    behavior_table("mini-mae", "rmts", "256").to_parquet(folder / "table.parquet")
    tables = {"table_04": [str(folder / "table.parquet")]}
    spec = {"tier": "smoke", "artifacts": {"table_04": raw_spec("table_04", "smoke")}, "tables": tables, "code": {}}
    (folder / "tutorial.json").write_text(json.dumps({"spec": spec}))
    return Story(str(folder))


def test_a_story_reads_what_its_record_names(tmp_path):
    told = story(tmp_path)
    assert set(told.table("table_04")["model"]) == {"mini-mae"}
    assert told.artifact("table_04").number == "Table 4"
    assert "mini-mae" in told.models().index
    assert len(told.remarks()) == len(set(told.remarks())) > 0


def test_without_a_record_the_remedy_is_named(tmp_path):
    with pytest.raises(UserError, match="snakemake tutorial"):
        Story(str(tmp_path))


@pytest.mark.parametrize("tier", ["smoke", "demo", "paper"])
def test_the_spec_names_every_table_once(tier):
    atlas = load_atlas(CONFIG.parent, {"tier": tier})
    spec = atlas.specs.tutorial(None)
    assert set(spec["artifacts"]) == set(spec["tables"]) == set(SHOWN)
    tables = atlas.tutorial_tables(None)
    assert len(tables) == len(set(tables)) and all(path.startswith(f"results/{tier}/") for path in tables)
    assert "relations.ipynb" in spec["code"] and "vitatlas.artifacts.story" in spec["code"]


def test_the_best_layer_is_that_of_the_greatest_success():
    numbers = {"part": "success", "property": ["shape", "shape", "color"], "layer": [0, 1, 2]}
    values = pd.DataFrame({**numbers, "value": [0.2, 0.9, np.nan]})
    assert best_layers(values, ["property"])["layer"].tolist() == [1]


def test_every_accuracy_is_a_dot_in_the_row_of_its_model():
    cells = [("rmts", "256", "a", "Test", 60.0), ("rmts", "256", "b", "Test", 80.0), ("rmts", "32", "b", "Train", 99.0)]
    values = pd.DataFrame(cells, columns=["task", "setting", "title", "column", "accuracy"]).assign(sd=np.nan)
    left, right = accuracy.draw(values, "title", ["Train", "Test"], None).axes
    (dots,) = left.containers
    assert dots.lines[0].get_xdata().tolist() == [60, 80]
    assert [round(y) for y in dots.lines[0].get_ydata()] == [0, 1]
    assert [round(y) for y in right.containers[0].lines[0].get_ydata()] == [1]
    assert [label.get_text() for label in left.get_yticklabels()] == ["a", "b"]

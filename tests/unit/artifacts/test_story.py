"""What tutorials are made of: their specs, and the access to tables."""

import io
import json

import numpy as np
import pytest
from artifact_specs import CONFIG, raw_spec
from artifact_tables import behavior_table
from PIL import Image

from vitatlas.artifacts.story import Story, with_few
from vitatlas.errors import UserError
from vitatlas.project.atlas import load_atlas
from vitatlas.relations.artifacts import ArtifactSpec


@pytest.fixture
def record(tmp_path):
    """What a tutorial of one table was made from."""
    table = tmp_path / "table.parquet"
    behavior_table("mini-mae", "rmts", "256").to_parquet(table)
    spec = {
        **{"paper": "relations", "tier": "smoke", "artifacts": {"table_04": raw_spec("table_04", "smoke")}},
        **{"tables": {"table_04": [str(table)]}, "code": {}, "environment": "e"},
    }
    path = tmp_path / "relations.json"
    path.write_text(json.dumps({"spec": spec}))
    return str(path)


def test_a_story_reads_what_its_record_names(record):
    told = Story(record, ArtifactSpec)
    assert set(told.table("table_04")["model"]) == {"mini-mae"}
    assert told.artifact("table_04").number == "Table 4"
    assert len(told.remarks()) == len(set(told.remarks())) > 0


def test_without_a_record_the_remedy_is_named(tmp_path):
    with pytest.raises(UserError, match="snakemake relations_tutorial"):
        Story(str(tmp_path / "relations.json"), ArtifactSpec)


class Wildcards:
    """Those of the rule of tutorials."""

    paper = "relations"


@pytest.mark.parametrize("tier", ["smoke", "demo", "paper"])
def test_the_spec_names_every_table_once(tier):
    atlas = load_atlas(CONFIG.parent, {"tier": tier})
    spec = atlas.specs.tutorial_notebook(Wildcards)
    assert set(spec["artifacts"]) == set(spec["tables"]) == set(atlas.relations.paper.tutorial)
    tables = atlas.tutorial_tables(Wildcards)
    assert len(tables) == len(set(tables)) and all(path.startswith(f"results/{tier}/") for path in tables)
    assert "relations.ipynb" in spec["code"] and "vitatlas.artifacts.story" in spec["code"]


def test_each_paper_with_a_tutorial_has_its_files():
    atlas = load_atlas(CONFIG.parent, {})
    folder = "results/demo/tutorials"
    told = ("relations", "components", "features")
    assert atlas.tutorials == {paper: [f"{folder}/{paper}.ipynb", f"{folder}/{paper}.json"] for paper in told}
    assert all((CONFIG.parent / f"docs/tutorial/{paper}.ipynb").is_file() for paper in atlas.tutorials)


@pytest.mark.parametrize("colors", [16, 256])
def test_a_small_mark_in_a_picture_of_noise_keeps_its_colour(colors):
    noise = np.random.default_rng(0).integers(0, 120, (96, 96, 3), dtype=np.uint8)
    noise[:3, :3] = (0, 114, 255)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, format="PNG")
    small = with_few(buffer.getvalue(), colors)
    found = np.asarray(Image.open(io.BytesIO(small)).convert("RGB")).astype(int)
    assert len(np.unique(found.reshape(-1, 3), axis=0)) <= colors
    assert len(small) < len(buffer.getvalue()) / 1.5
    assert np.abs(found[:3, :3] - (0, 114, 255)).max() < 60
    assert with_few(buffer.getvalue(), colors) == small

"""The job of heat-maps, on a small encoder with random weights, maps and texts."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from decomposed import entry
from PIL import Image

from vitatlas.components.align.files import save_maps
from vitatlas.components.align.maps import Maps
from vitatlas.components.decompose import Decomposer, table
from vitatlas.components.heatmaps.job import heatmaps
from vitatlas.components.heatmaps.spec import HeatmapsSpec
from vitatlas.components.heatmaps.text_maps import text_maps
from vitatlas.encoders.seen.pictures import pictures_of
from vitatlas.encoders.seen.sources import Scenes
from vitatlas.errors import UserError
from vitatlas.images.world.attributes import VALUES
from vitatlas.jobs.job import parse
from vitatlas.models.encoder_weights import loaded_encoder

TEXTS = {"animal": list(VALUES["category"][:8]), "location": list(VALUES["location"]), "shape": ["circle", "square"]}
LABELS = {"animal": "category", "location": "location"}
SOURCE = {"split": "test", "scenes": 60}
WIDTH = 12
BEST = {"animal": "block.1.head.2", "location": "block.2.head.0", "shape": "block.0.head.1"}


def given(folder: Path) -> Decomposer:
    """Write maps, texts and scores; the heads of `BEST` have the highest scores."""
    of = Decomposer(loaded_encoder(entry("vit"), [], seed=0).eval())
    names = [component.name for component in of.components[:-1]]
    generator = torch.Generator().manual_seed(0)
    weights = torch.randn(len(names), of.encoder.width, WIDTH, generator=generator)
    save_maps(folder / "maps.safetensors", Maps("free", weights, torch.ones(WIDTH), len(names)), names, {})
    vectors = torch.eye(WIDTH).tolist()
    rows = [
        {"feature": f, "text": text, "vector": vectors[i]} for f, some in TEXTS.items() for i, text in enumerate(some)
    ]
    pd.DataFrame(rows).to_parquet(folder / "texts.parquet")
    parts = [
        table(of.components).assign(
            feature=f, quantity=quantity, value=lambda rows, f=f: (rows["name"] == BEST[f]) * 0.7
        )
        for f in TEXTS
        for quantity in ("score", "variance")
    ]
    read = pd.DataFrame(
        [
            {"component": -1, "feature": feature, "quantity": quantity, "value": value, "n": 40}
            for feature in TEXTS
            for quantity, value in (("accuracy", 0.8), ("chance", 0.2))
        ]
    )
    pd.concat([*parts, read]).to_parquet(folder / "scores.parquet")
    return of


def made(folder: Path, **changes: Any) -> pd.DataFrame:
    model = entry("vit").model_dump(mode="json", exclude_none=True)
    spec = {
        "encoder": {"name": "small", "run": 1, "model": model, "weights_seed": 0},
        "pictures": {"parts": {"test": SOURCE}, "seed": 0, "batch": 16},
        **{"start": None, "policy": "separate", "selection": "score", "labels": LABELS, "measured": 40, "seed": 0},
        "probes": [{"category": "swan", "shape": "square"}, {"location": "sea"}],
        "shown": [["animal", "location", "shape"], ["location"]],
        "compute": {},
    }
    inputs = [
        word
        for name, file in (("maps", "maps.safetensors"), ("texts", "texts.parquet"), ("scores", "scores.parquet"))
        for word in ("--input", name, str(folder / file))
    ]
    output = ["--output", "table", str(folder / "table.parquet"), "--spec", json.dumps(spec | changes)]
    heatmaps(parse(HeatmapsSpec, [*inputs, *output]))
    return pd.read_parquet(folder / "table.parquet")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("heatmaps")
    given(path)
    return path


@pytest.fixture(scope="module")
def rows(folder: Path) -> pd.DataFrame:
    return made(folder)


def test_every_shown_feature_has_the_map_of_its_head_in_its_picture(rows: pd.DataFrame, folder: Path) -> None:
    of = given(folder)
    pictures = pictures_of("test", Scenes.model_validate(SOURCE), of.encoder, 0, [])
    maps = rows[rows["quantity"] == "map"]
    assert maps["feature"].tolist() == ["animal", "location", "shape", "location"]
    assert maps["probe"].tolist() == [0, 0, 0, 1]
    assert maps["text"].iloc[0] == "swan" and maps["text"].iloc[2] == "square" and maps["text"].iloc[3] == "sea"
    assert maps["name"].tolist() == [BEST[feature] for feature in maps["feature"]]
    assert maps["reference"].iloc[0] == "L01H02"
    assert maps["value"].tolist() == pytest.approx([0.7] * 4)
    first = maps.iloc[0]
    position = pictures.table["picture"].tolist().index(first["picture"])
    assert pictures.table["category"].iloc[position] == "swan"
    image = next(pictures.batches(1, position))
    shown = np.asarray(Image.open(io.BytesIO(first["png"])))
    np.testing.assert_array_equal(shown, image[0].permute(1, 2, 0).numpy())
    number = [component.name for component in of.components].index(first["name"])
    weights = torch.randn(len(of.components) - 1, of.encoder.width, WIDTH, generator=torch.Generator().manual_seed(0))
    learned = Maps("free", weights, torch.zeros(WIDTH), len(weights))
    y = torch.eye(WIDTH)[TEXTS["animal"].index("swan")][None]
    wanted = text_maps(of, learned, image, [number], y)[number][0]
    assert (first["rows"], first["columns"]) == tuple(wanted.shape)
    np.testing.assert_allclose(first["map"], wanted.flatten(), rtol=1e-4, atol=1e-6)


def test_features_with_labels_are_held_against_masks_beside_their_controls(rows: pd.DataFrame) -> None:
    found = rows[rows["quantity"] == "average_precision"]
    assert set(found["feature"]) == set(LABELS)
    for _, cells in found.groupby("feature"):
        assert cells["control"].tolist() == ["none", "other_heads", "random", "centre", "share"]
    cells = found.set_index(["feature", "control"])
    assert (cells.loc["location", "n"] == 40).all() and (cells.loc["animal", "n"] < 40).all()
    share = cells.loc[("animal", "share"), "value"] + cells.loc[("location", "share"), "value"]
    assert share == pytest.approx(1, abs=0.1), "of the object and of the background, not all of the same pictures"
    assert found["value"].between(0, 1).all() and (found["error"] > 0).all()


def test_the_authors_way_shows_the_sum_of_three_heads(folder: Path) -> None:
    found = made(folder, selection="variance")
    assert found["name"].iloc[0].count(" + ") == 2 and found["name"].iloc[0].startswith(BEST["animal"])
    assert found["reference"].iloc[0].count("L0") == 3


def test_without_labels_nothing_is_held_against_masks(folder: Path) -> None:
    texts = {"animal": "cat", "location": "sky", "shape": "circle"}
    found = made(folder, labels={}, probes=[texts], shown=[["animal", "shape"]])
    assert found["text"].tolist() == ["cat", "circle"] and set(found["quantity"]) == {"map"}


def test_maps_of_other_components_are_refused(folder: Path) -> None:
    with pytest.raises(UserError, match="the maps are of"):
        made(folder, start="block.1")

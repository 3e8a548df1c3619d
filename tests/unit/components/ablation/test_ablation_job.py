"""The job of figure 2, on small encoders with random weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from decomposed import entry

from vitatlas.components.ablation.job import layer_ablation
from vitatlas.components.ablation.spec import AblationSpec
from vitatlas.errors import UserError
from vitatlas.images.world.attributes import CATEGORIES
from vitatlas.jobs.job import parse
from vitatlas.models.weights import save_safetensors

SCENES = {"split": "test", "scenes": 40}
BIRDS = {"split": "test", "birds": 4, "correlation": 0.5}


def made(folder: Path, kind: str, head: Path | None = None, source: dict[str, Any] = SCENES, **changes: Any) -> Path:
    classes = {"classes": len(CATEGORIES)} if head is None else {}
    model = entry(kind).model_dump(mode="json", exclude_none=True)
    model["encoder"] |= classes
    spec = {
        "encoder": {"name": "small", "run": 2, "model": model, "weights_seed": 0},
        "pictures": {"parts": {"ablation": source}, "seed": 0, "batch": 16},
        **{"policy": "separate", "attribute": "category", "classes": list(CATEGORIES), "compute": {}},
    }
    path = folder / "table.parquet"
    arguments = ["--input", "head", str(head)] if head else []
    output = ["--output", "table", str(path), "--spec", json.dumps(spec | changes)]
    layer_ablation(parse(AblationSpec, [*arguments, *output]))
    return path


@pytest.fixture(scope="module", params=["vit", "maxvit"])
def table(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return pd.read_parquet(made(tmp_path_factory.mktemp("ablation"), request.param))


def test_the_rows_are_those_of_both_orders_from_nothing_to_all_layers(table: pd.DataFrame) -> None:
    for _, rows in table.groupby("start"):
        layers = rows["name"].iloc[2:].nunique()
        assert rows["step"].tolist() == list(range(layers + 2))
        assert rows["layers"].tolist() == [0, 0, *range(1, layers + 1)]
        assert rows["name"].iloc[:2].tolist() == ["", "init"]
    assert set(table["start"]) == {"last", "first"}
    assert table[["model", "run", "n"]].drop_duplicates().to_numpy().tolist() == [["small", 2, 40]]


def test_one_class_for_all_is_never_right_more_often_than_chance(table: pd.DataFrame) -> None:
    ends = table[table["step"] == table["step"].max()]
    assert (ends["value"] <= ends["chance"]).all()
    assert 1 / len(CATEGORIES) <= table["chance"].iloc[0] < 0.5


def test_a_head_that_is_handed_over_takes_the_place_of_the_own_one(tmp_path: Path) -> None:
    """A head that says the same whatever it reads: right as often as that class is there."""
    state = {"weight": torch.zeros(16, 10), "bias": torch.eye(16)[3]}
    save_safetensors(tmp_path / "head.safetensors", state, {})
    found = pd.read_parquet(made(tmp_path, "clip", tmp_path / "head.safetensors"))
    assert found["value"].nunique() == 1
    assert 0 < found["value"].iloc[0] < 0.3


def test_a_head_without_the_classes_of_the_pictures_is_refused(tmp_path: Path) -> None:
    save_safetensors(tmp_path / "head.safetensors", {"weight": torch.zeros(2, 10), "bias": torch.zeros(2)}, {})
    with pytest.raises(UserError, match="the head has classes 0 to 1"):
        made(tmp_path, "clip", tmp_path / "head.safetensors")


def test_pictures_of_classes_that_nobody_was_taught_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is of none of the classes"):
        made(tmp_path, "vit", source=BIRDS)


def test_pictures_of_which_no_class_is_known_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing is known of the classes"):
        made(tmp_path, "vit", attribute="breed")


def test_an_encoder_whose_head_reads_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="two heads"):
        made(tmp_path, "distilled-cls")

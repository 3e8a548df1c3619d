"""The job of segmentation, on small encoders with random weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from decomposed import entry

from vitatlas.components.segmentation.job import segmentation
from vitatlas.components.segmentation.spec import SegmentationSpec
from vitatlas.errors import UserError
from vitatlas.images.world.attributes import CATEGORIES
from vitatlas.jobs.job import parse
from vitatlas.models.weights import save_safetensors

SCENES = {"split": "test", "scenes": 24, "world": {"many": 0}}
MEASURES = {"pixacc", "miou", "map", "iou_of_pictures", "miou_of_two"}


def made(folder: Path, kind: str, head: Path | None = None, **changes: Any) -> pd.DataFrame:
    model = entry(kind).model_dump(mode="json", exclude_none=True)
    model["encoder"] |= {"classes": len(CATEGORIES)} if head is None and kind != "dino" else {}
    spec = {
        "encoder": {"name": "small", "run": 1, "model": model, "weights_seed": 0},
        "pictures": {"parts": {"segmentation": SCENES}, "seed": 0, "batch": 10},
        **{
            "start": None,
            "policy": "separate",
            "attribute": "category",
            "classes": list(CATEGORIES),
            "seed": 0,
            "compute": {},
        },
    }
    path = folder / "table.parquet"
    inputs = ["--input", "head", str(head)] if head else []
    output = ["--output", "table", str(path), "--spec", json.dumps(spec | changes)]
    segmentation(parse(SegmentationSpec, [*inputs, *output]))
    return pd.read_parquet(path)


def test_all_methods_and_floors_are_measured_on_all_pictures(tmp_path: Path) -> None:
    found = made(tmp_path, "vit")
    assert found[["model", "run", "n"]].drop_duplicates().to_dict("list") == {"model": ["small"], "run": [1], "n": [24]}
    by_method = found.groupby("method")["quantity"].agg(set).to_dict()
    assert by_method.pop("") == {"accuracy", "chance"}
    methods = ("chefer", "gradcam", "decomposition", "everything", "centre", "random")
    assert by_method == dict.fromkeys(methods, MEASURES)
    assert found.loc[found["quantity"] != "chance", "error"].gt(0).all()
    everything = found[found["method"] == "everything"].set_index("quantity")["value"]
    assert everything["pixacc"] == everything["miou"] == pytest.approx(everything["map"], abs=0.05)
    assert found.loc[found["quantity"] == "chance", "value"].item() == 1 / 16


def test_a_method_that_the_network_has_not_has_a_row_with_the_reason(tmp_path: Path) -> None:
    found = made(tmp_path, "swin").query("method == 'chefer'")
    assert found["quantity"].tolist() == ["undefined"] and found["value"].isna().all()
    assert "SwinTransformer" in found["reason"].item()


def test_floors_are_the_same_for_all_encoders_of_one_size(tmp_path: Path) -> None:
    tables = [made(tmp_path, kind) for kind in ("vit", "swin")]
    vit, swin = (table[table["method"].isin(["everything", "centre", "random"])] for table in tables)
    pd.testing.assert_frame_equal(vit.reset_index(drop=True), swin.reset_index(drop=True))


def test_an_encoder_without_a_head_takes_the_one_that_is_handed_over(tmp_path: Path) -> None:
    state = {"weight": torch.randn(16, 24, generator=torch.Generator().manual_seed(0)), "bias": torch.eye(16)[4] * 1e6}
    save_safetensors(tmp_path / "head.safetensors", state, {})
    found = made(tmp_path, "dino", tmp_path / "head.safetensors")
    accuracy = found.loc[found["quantity"] == "accuracy", "value"].item()
    assert 0 <= accuracy <= 0.3, "it always says the fifth class"
    assert set(found["method"]) >= {"chefer", "decomposition"}
    with pytest.raises(UserError, match="has no classification head"):
        made(tmp_path, "dino")


def test_only_heads_from_the_first_block_on_count(tmp_path: Path) -> None:
    every, last = (made(tmp_path, "vit", start=start) for start in (None, "block.2"))
    same = (every["value"] == last["value"]) | every["value"].isna()
    assert set(every.loc[~same, "method"]) == {"decomposition"}
    with pytest.raises(UserError, match=r"unknown block 'block\.9'"):
        made(tmp_path, "vit", start="block.9")

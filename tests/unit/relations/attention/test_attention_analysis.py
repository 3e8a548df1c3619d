from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from scene_files import write_scenes
from torch.utils._python_dispatch import TorchDispatchMode

from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.models.weights import save_safetensors
from vitatlas.relations.attention.job import attention, measure
from vitatlas.relations.attention.sample import PAIRS, choose, pair_groups
from vitatlas.relations.attention.spec import AttentionSpec
from vitatlas.relations.config.models import Geometry, Network
from vitatlas.relations.finetuning.build import build
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import make_split

GEOMETRY = {"canvas": 48, "patch": 8, "object": 16, "sprite": 14}
MODEL: dict[str, Any] = {
    "timm": "vit_tiny_patch16_224",
    "architecture": {"patch_size": 8, "embed_dim": 16, "depth": 3, "num_heads": 2},
    "origin": "none",
    "preprocessing": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
}
TOKENS = 37


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Test scenes of both tasks and two random models."""
    folder = tmp_path_factory.mktemp("cell")
    for task in ("discrimination", "rmts"):
        write_test_scenes(folder / f"{task}.parquet", task)
    for seed in (1, 2):
        classifier = build(Network(**MODEL), Geometry(**GEOMETRY), seed=seed)
        with torch.no_grad():
            for weight in classifier.parameters():
                weight.mul_(4)  # so that attention is far from uniform
        save_safetensors(folder / f"model{seed}.safetensors", classifier.state_dict())
    return folder


def write_test_scenes(path: Path, task: str, split: str = "test", geometry: dict[str, int] = GEOMETRY) -> None:
    scenes = make_split(task, "256", split, 48, Geometry(**geometry), seed=5)
    write_scenes(path, scenes, Geometry(**geometry), task=task, setting="256", split=split)


def analyse(cell: Path, *, runs: tuple[int, ...] = (1, 2), scenes: Path | None = None, **changes: Any) -> pd.DataFrame:
    """Run the job as its script does; return its table."""
    spec = {
        "name": "mini-test",
        "model": MODEL,
        "geometry": GEOMETRY,
        "task": "discrimination",
        "setting": "256",
        "runs": runs,
        "images_per_class": 12,
        "noise_std": 10,
        "batch": 24,
        "seed": 0,
        "compute": {"device": "cpu"},
    } | changes
    models = [str(cell / f"model{run}.safetensors") for run in (1, 2)][: len(runs)]
    if runs == (2,):
        models = [str(cell / "model2.safetensors")]
    scenes = scenes or cell / f"{spec['task']}.parquet"
    out = cell / "table.parquet"
    argv = ["--input", "models", *models, "--input", "scenes", str(scenes), "--output", "table", str(out)]
    attention(parse(AttentionSpec, [*argv, "--spec", json.dumps(spec)]))
    return pd.read_parquet(out)


def test_the_table_has_one_row_per_measured_value(cell: Path) -> None:
    table = analyse(cell)
    keys = ["model", "task", "setting", "run", "layer", "head", "quantity", "pairs"]
    assert list(table.columns) == [*keys, "value", "sem", "n", "shared_below"]
    assert not table.duplicated(keys).any()
    assert len(table) == 2 * 3 * 2 * 5 * len(PAIRS)
    assert set(table["quantity"]) == {"WO", "WO_direct", "WP", "BG", "global"}
    assert set(table["pairs"]) == set(PAIRS)
    assert (table.loc[table["pairs"] == "all", "n"] == 24).all()
    masses = table[table["quantity"].isin(["WO_direct", "WP", "BG"])]
    assert masses["value"].between(0, 1.000001).all() and (table["sem"] >= 0).all()


def test_rmts_adds_the_attention_between_pairs(cell: Path) -> None:
    table = analyse(cell, task="rmts")
    assert "BP" in set(table["quantity"])


def test_the_complement_adds_up_to_one(cell: Path) -> None:
    wide = analyse(cell).pivot_table(index=["run", "layer", "head", "pairs"], columns="quantity", values="value")
    np.testing.assert_allclose(wide["WP"] + wide["BG"] + wide["WO"], 1, atol=1e-6)
    np.testing.assert_allclose(wide["WP"] + wide["BG"], wide["global"], atol=1e-6)


def test_each_run_is_the_model_at_its_place(cell: Path) -> None:
    both, alone = analyse(cell), analyse(cell, runs=(2,))
    pd.testing.assert_frame_equal(both[both["run"] == 2].reset_index(drop=True), alone)
    first, second = (both.loc[both["run"] == run, "value"].to_numpy() for run in (1, 2))
    assert not np.allclose(first, second)


@pytest.mark.parametrize("task", ["discrimination", "rmts"])
def test_the_result_does_not_depend_on_the_batch(cell: Path, task: str) -> None:
    one, other = analyse(cell, task=task, batch=24), analyse(cell, task=task, batch=7)
    pd.testing.assert_frame_equal(one, other, rtol=0, atol=1e-6)


def test_complementary_pairs_add_up_to_all(cell: Path) -> None:
    table = analyse(cell).set_index(["run", "layer", "head", "quantity"])
    part = dict(iter(table.groupby("pairs")))
    for name in ("color", "shape"):
        same, other, together = part[f"same-{name}"], part[f"different-{name}"], part["all"]
        assert ((same["n"] + other["n"]) == together["n"]).all()
        mean = (same["n"] * same["value"] + other["n"] * other["value"]) / together["n"]
        np.testing.assert_allclose(mean, together["value"], atol=1e-9)


def test_uniform_attention_measures_shares_of_tokens_without_error() -> None:
    geometry = Geometry(**GEOMETRY)
    classifier = build(Network(**MODEL), geometry, seed=0).eval()
    for block in classifier.backbone.blocks:
        torch.nn.init.zeros_(block.attn.qkv.weight)
        torch.nn.init.zeros_(block.attn.qkv.bias)
    scenes = make_split("discrimination", "256", "test", 8, geometry, seed=1)
    table = measure(classifier, scenes, Renderer(geometry, 10), batch=3)
    mean = table.groupby("quantity")["value"].mean()
    expected = {"WP": 4, "BG": 28, "WO": 5, "WO_direct": 4, "global": 32}
    for quantity, tokens in expected.items():
        assert mean[quantity] == pytest.approx(tokens / TOKENS, abs=1e-6)
    assert table["sem"].max() < 1e-6


def test_no_full_attention_ever_exists(cell: Path) -> None:
    """Neither in the forward pass, which stays fused, nor in the analysis."""

    class Shapes(TorchDispatchMode):
        largest = 0

        def __torch_dispatch__(self, function, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
            result = function(*args, **(kwargs or {}))
            for value in result if isinstance(result, tuple | list) else [result]:
                if isinstance(value, torch.Tensor) and tuple(value.shape[-2:]) == (TOKENS, TOKENS):
                    self.largest = max(self.largest, value.numel())
            return result

    with Shapes() as shapes:
        analyse(cell)
    assert shapes.largest == 0


def test_the_sample_is_balanced_and_depends_on_the_seed_only() -> None:
    scenes = make_split("discrimination", "256", "test", 60, Geometry(**GEOMETRY), seed=1)
    chosen = choose(scenes, 10, seed=3)
    assert np.bincount(chosen.label).tolist() == [10, 10]
    assert chosen.to_frame().equals(choose(scenes, 10, seed=3).to_frame())
    assert not chosen.to_frame().equals(choose(scenes, 10, seed=4).to_frame())


def test_pairs_are_those_of_the_sample_pair() -> None:
    scenes = make_split("rmts", "256", "test", 40, Geometry(**GEOMETRY), seed=1)
    groups = dict(zip(PAIRS, pair_groups(scenes).T, strict=True))
    assert groups["all"].all()
    assert (groups["same-color"] == np.isin(scenes.kind, ["same", "shape"])).all()
    assert (groups["same-shape"] == np.isin(scenes.kind, ["same", "color"])).all()
    assert (groups["different-color"] == ~groups["same-color"]).all()
    assert (groups["different-shape"] == ~groups["same-shape"]).all()


def test_scenes_of_another_geometry_are_refused(cell: Path) -> None:
    other = cell / "other.parquet"
    write_test_scenes(other, "discrimination", geometry=GEOMETRY | {"sprite": 12})
    with pytest.raises(UserError, match="geometry"):
        analyse(cell, scenes=other)


def test_scenes_of_another_split_or_task_are_refused(cell: Path) -> None:
    other = cell / "val.parquet"
    write_test_scenes(other, "discrimination", split="val")
    with pytest.raises(UserError, match="no table of scenes of test: there are val"):
        analyse(cell, scenes=other)
    with pytest.raises(UserError, match="task rmts"):
        analyse(cell, scenes=cell / "rmts.parquet")


def test_too_few_scenes_are_refused(cell: Path) -> None:
    with pytest.raises(UserError, match="25 test scenes of class 'different' are wanted, there are 24"):
        analyse(cell, images_per_class=25)


def test_models_and_runs_must_pair_up(cell: Path) -> None:
    with pytest.raises(UserError, match="2 models for 3 runs"):
        analyse(cell, runs=(1, 2, 3))


def test_a_model_without_class_token_is_refused(cell: Path) -> None:
    architecture = MODEL["architecture"] | {"class_token": False, "global_pool": "avg"}
    with pytest.raises(UserError, match="class token"):
        analyse(cell, model=MODEL | {"architecture": architecture})


def test_an_empty_sample_has_no_means() -> None:
    geometry = Geometry(**GEOMETRY)
    scenes: Scenes = make_split("discrimination", "256", "test", 4, geometry, seed=1)[:0]
    with pytest.raises(ValueError, match="no scenes"):
        measure(build(Network(**MODEL), geometry, seed=0), scenes, Renderer(geometry, 10), batch=3)

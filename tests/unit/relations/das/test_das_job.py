from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from das_jobs import SEARCH, SIZES, SWEEP, arguments, cell, sweep_arguments, write_inputs
from safetensors.torch import load_file
from training_jobs import start

from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.jobs.stopping import STOPPED
from vitatlas.models.interchange import Interchange, interchange
from vitatlas.relations.das.fit import converged, warning
from vitatlas.relations.das.flow import KINDS, information_flow
from vitatlas.relations.das.job import COLUMNS, Prepared, das
from vitatlas.relations.das.operator import binary, blend
from vitatlas.relations.das.spec import DasSpec, FlowSpec
from vitatlas.relations.das.streams import layer_groups
from vitatlas.relations.das.sweep import Sweep
from vitatlas.relations.finetuning.build import load_classifier

ITEMS = 2 * 3 * 3  # properties × controls × layers


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    write_inputs(folder)
    return folder


@pytest.fixture(scope="module")
def done(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outputs of a whole sweep."""
    folder = tmp_path_factory.mktemp("done")
    sweep(inputs, folder)
    return folder


def sweep(inputs: Path, folder: Path, **changes: Any) -> None:
    das(parse(DasSpec, sweep_arguments(inputs, folder, **changes)))


def same_files(one: Path, other: Path) -> None:
    for name in SWEEP.values():
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


def test_the_table_has_one_row_per_measured_value(done: Path) -> None:
    table = pd.read_parquet(done / "das.parquet")
    assert list(table.columns) == COLUMNS
    keys = ["model", "task", "setting", "run", "layer", "property", "control", "split", "direction", "pair"]
    assert not table.duplicated(keys).any() and len(table) == ITEMS * 4 * 2
    assert table["accuracy"].between(0, 1).all() and (table["loss"] > 0).all()
    sizes = table.groupby(["layer", "property", "control", "split"])["n"].sum().unstack("split")
    evaluated = SIZES | {"train": SIZES["val"]}
    assert (sizes[list(evaluated)] == list(evaluated.values())).all(axis=None)
    assert (table.groupby(["property", "split", "direction"])["base_error"].nunique() == 1).all()
    assert (table["steps"] == 6).all()


def test_what_is_learned_comes_with_names_and_gives_the_tables_numbers(inputs: Path, done: Path) -> None:
    tensors = load_file(done / "operators.safetensors")
    assert len(tensors) == 2 * ITEMS
    rotation, mask = tensors["shape.none.1.rotation"], tensors["shape.none.1.mask"]
    torch.testing.assert_close(rotation.T @ rotation, torch.eye(24), atol=1e-5, rtol=0)
    job = parse(DasSpec, sweep_arguments(inputs, done))
    examples = Prepared(job, job.input.model, 1).examples("shape", "test_iid")
    model = load_classifier(job.spec.model, job.spec.geometry, job.input.model)
    rows = torch.arange(len(examples))

    def subspace(base: torch.Tensor, source: torch.Tensor) -> torch.Tensor:
        return blend(base, source, rotation, binary(mask))

    edit = Interchange("block.1.resid_post", examples.edited, examples.given["none"], blend=subspace)
    with torch.no_grad():
        right = interchange(model, *examples.images(rows), [edit]).argmax(1) == examples.target
    table = pd.read_parquet(done / "das.parquet").query("layer == 1 and property == 'shape' and control == 'none'")
    for row in table[table["split"] == "test_iid"].itertuples():
        chosen = torch.from_numpy(examples.groups[row.direction, row.pair])
        assert row.accuracy == pytest.approx(right[chosen].float().mean().item())
        assert row.subspace_size == int((mask > 0).sum())


def test_the_last_layer_changes_nothing_and_says_so(done: Path) -> None:
    last = pd.read_parquet(done / "das.parquet").query("layer == 2")
    assert (last["accuracy"] == last["base_error"]).all()
    assert (last["subspace_size"] == 0).all() and last["warning"].str.contains("collapsed to nothing").all()


def test_the_history_has_a_row_per_epoch(done: Path) -> None:
    history = pd.read_parquet(done / "history.parquet")
    assert len(history) == ITEMS * 2
    first = history[history["epoch"] == 1]
    assert (first["temperature"] == 1).all() and (first["step"] == 3).all()
    assert first["penalty"].between(0, 0.001 * 24).all()


@pytest.mark.parametrize("layers_that_fit", [0, 2])
def test_the_room_for_the_cache_does_not_change_the_result(
    inputs: Path, done: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layers_that_fit: int
) -> None:
    size = SIZES["train"] * (37 + 3 * 4) * 24 * 4
    monkeypatch.setattr(Sweep, "_room", layers_that_fit * size + size // 2)
    sweep(inputs, tmp_path)
    for name in ("das.parquet", "history.parquet"):
        tables = [pd.read_parquet(folder / name) for folder in (done, tmp_path)]
        pd.testing.assert_frame_equal(*tables, rtol=0, atol=1e-4)


def test_layers_are_grouped_by_the_room_they_need() -> None:
    assert layer_groups([0, 1, 2, 3, 4], 10, 25) == [[0, 1], [2, 3], [4]]
    assert layer_groups([0, 1], 10, 9) == [[0], [1]] and layer_groups([3], 10, 100) == [[3]]


def test_a_stopped_sweep_keeps_finished_items_and_ends_bit_identical(inputs: Path, done: Path, tmp_path: Path) -> None:
    command = sweep_arguments(inputs, tmp_path)
    process = start("das.py", command)
    items = tmp_path / ".das.items"
    deadline = time.monotonic() + 120
    while len(list(items.glob(".*.checkpoint"))) < 3:
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == STOPPED and not (tmp_path / "das.parquet").exists()
    assert "run again to continue" in process.stderr.read()
    kept = {path: path.stat().st_mtime_ns for path in items.iterdir()}
    assert 3 <= len(kept) < ITEMS
    sweep(inputs, tmp_path)
    same_files(done, tmp_path)
    assert not items.exists()


def test_finished_items_are_not_learned_again_and_others_are_not_used(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fitted: list[str] = []
    before = Sweep._fit
    monkeypatch.setattr(Sweep, "_fit", lambda self, item, *rest: fitted.append(str(item)) or before(self, item, *rest))
    monkeypatch.setattr("vitatlas.relations.das.job.save_operators", lambda *_: 1 / 0)
    one = SEARCH | {"controls": ["none"], "layers": [0], "properties": ["shape"]}
    for search, expected in ((one, 1), (one, 1), (one | {"penalty": 0.0}, 2)):
        with pytest.raises(ZeroDivisionError):
            sweep(inputs, tmp_path, search=search)
        assert len(fitted) == expected
    assert "starting anew" in capsys.readouterr().err


def test_information_flow_has_every_kind_of_token(inputs: Path, tmp_path: Path) -> None:
    command = arguments(
        inputs,
        tmp_path,
        {"table": "flow.parquet"},
        weights="models",
        runs=[1],
        properties=["shape", "color"],
        batch=16,
    )
    information_flow(parse(FlowSpec, command))
    table = pd.read_parquet(tmp_path / "flow.parquet")
    assert set(table["tokens"]) == set(KINDS) and len(table) == 2 * 3 * 5 * 2
    last = table[table["layer"] == 2].set_index("tokens")
    for kind in set(KINDS) - {"class_token"}:
        assert (last.loc[kind, "accuracy"] == last.loc[kind, "base_error"]).all()
    assert (table[(table["layer"] == 0) & (table["tokens"] == "other_objects")]["n"] == 12).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"search": SEARCH | {"layers": [3]}}, "layer 3 is asked for, the model has layers 0 to 2"),
        ({"task": "rmts"}, "is of task discrimination, wanted is rmts"),
        ({"search": SEARCH | {"batch": 64}}, "48 training examples do not fill a batch of 64"),
    ],
)
def test_what_does_not_fit_is_said(inputs: Path, tmp_path: Path, changes: dict, message: str) -> None:
    with pytest.raises(UserError, match=message):
        sweep(inputs, tmp_path, **changes)
    assert not (tmp_path / "das.parquet").exists()


def test_another_geometry_or_a_smaller_model_is_refused(inputs: Path, tmp_path: Path) -> None:
    geometry = {"canvas": 48, "patch": 8, "object": 16, "sprite": 12}
    with pytest.raises(UserError, match="is of geometry"):
        sweep(inputs, tmp_path, geometry=geometry)
    model = json.loads(json.dumps(cell()["model"]))
    model["architecture"]["embed_dim"] = 16
    with pytest.raises(UserError, match="the weights do not fit the model"):
        sweep(inputs, tmp_path, model=model)
    model["timm"], model["architecture"] = "vit_base_patch16_siglip_224", {}
    with pytest.raises(UserError, match="it has no class token"):
        sweep(inputs, tmp_path, model=model)


def test_warnings_and_convergence() -> None:
    assert "collapsed" in (warning(0, 8) or "") and "every dimension" in (warning(8, 8) or "")
    assert warning(3, 8) is None
    assert converged([2.0, 1.0, 0.5, 0.5]) and not converged([2.0, 1.8, 1.6, 1.4]) and not converged([1.0])


def test_no_subspace_is_searched_for_where_the_edit_in_the_image_does_not_turn_the_answer(
    inputs: Path, tmp_path: Path
) -> None:
    sweep(inputs, tmp_path, search=SEARCH | {"least_effect": 1.0, "layers": [0]})
    table = pd.read_parquet(tmp_path / "das.parquet")
    assert list(table.columns) == COLUMNS and len(table) == 2 * 3 * 4 * 2
    assert (table["accuracy"] == table["base_error"]).all()
    assert (table["steps"] == 0).all() and (table["subspace_size"] == 0).all()
    assert table["warning"].str.startswith("not searched for").all() and table["loss_first"].isna().all()
    assert pd.read_parquet(tmp_path / "history.parquet").empty


def test_the_effect_of_the_edit_in_the_image_decides(inputs: Path, tmp_path: Path) -> None:
    sweep(inputs, tmp_path, search=SEARCH | {"least_effect": 0.0, "layers": [0], "controls": ["none"]})
    assert (pd.read_parquet(tmp_path / "das.parquet")["steps"] == 6).all()

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from probe_jobs import ALPHAS, IMAGES, PROBE, probe_arguments, write_inputs
from safetensors.torch import load_file
from scene_files import write_scenes
from torch import Tensor
from training_jobs import ENTRY, GEOMETRY, scenes

from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.models.interchange import put, take
from vitatlas.models.sites import patch, read
from vitatlas.relations.finetuning.build import load_classifier
from vitatlas.relations.probes.job import COLUMNS, probe
from vitatlas.relations.probes.pairs import PAIRS, Pairs, balanced
from vitatlas.relations.probes.spec import ProbeSpec
from vitatlas.relations.probes.table import GUESSING
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.statistics.intervals import wilson

KEYS = ["run", "layer", "quantity", "pair", "alpha", "split"]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    write_inputs(folder)
    return folder


def run(inputs: Path, folder: Path, **changes: Any) -> pd.DataFrame:
    probe(parse(ProbeSpec, probe_arguments(inputs, folder, **changes)))
    return pd.read_parquet(folder / "probe.parquet")


@pytest.fixture(scope="module", params=["corrected", "reference"])
def done(request: pytest.FixtureRequest, inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The outputs of a job, and its sites."""
    folder = tmp_path_factory.mktemp(request.param)
    run(inputs, folder, sites=request.param)
    return folder, request.param


def held_out(inputs: Path) -> tuple[Pairs, Tensor]:
    chosen = balanced(Scenes.load(inputs / "test_iid.parquet"), IMAGES["test_iid"], "test_iid")
    pairs = Pairs(chosen, Renderer(GEOMETRY, 10.0), prefix=1)
    return pairs, pairs.images(torch.arange(len(pairs)))


def value(table: pd.DataFrame, **wanted: Any) -> float:
    chosen = table[(table[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    assert len(chosen) == 1
    return float(chosen["value"].iloc[0])


def test_the_table_has_one_row_per_measured_value(done: tuple[Path, str]) -> None:
    table = pd.read_parquet(done[0] / "probe.parquet")
    assert list(table.columns) == COLUMNS and not table.duplicated(KEYS).any()
    counts = table.groupby(["quantity", "split"]).size().to_dict()
    moved = 3 * 3 * len(ALPHAS)  # layers × (two pairs and their mean) × scales
    assert counts == {
        ("probe", "train"): 9,
        ("probe", "test_iid"): 9,
        ("intervention", "test_iid"): moved,
        ("control", "test_iid"): moved,
    }
    assert set(table.loc[table["split"] == "train", "n"]) == {48}
    assert set(table.loc[table["split"] == "test_iid", "n"]) == {20}
    assert (table["low"] <= table["value"]).all() and (table["value"] <= table["high"]).all()
    assert table["low"].ge(0).all() and table["high"].le(1).all() and (table["low"] < table["high"]).all()
    probes = table["quantity"] == "probe"
    assert (table["base_error"].isna() == probes).all() and (table["alpha"].isna() == probes).all()


def test_a_mean_is_that_of_both_pairs(done: tuple[Path, str]) -> None:
    table = pd.read_parquet(done[0] / "probe.parquet")
    wide = table.pivot(index=[key for key in KEYS if key != "pair"], columns="pair", values="value")
    np.testing.assert_allclose(wide["mean"], wide[list(PAIRS)].mean(axis=1))


def test_probes_read_the_site_that_is_asked_for(done: tuple[Path, str], inputs: Path) -> None:
    folder, sites = done
    table, weights = pd.read_parquet(folder / "probe.parquet"), load_file(folder / "probe.safetensors")
    model = load_classifier(ENTRY, GEOMETRY, inputs / "model.safetensors")
    pairs, images = held_out(inputs)
    for layer, (index, pair) in product(range(3), enumerate(PAIRS)):
        site = f"block.{layer}.{'resid_post' if sites == 'corrected' else 'resid_pre'}"
        with torch.no_grad(), read(model, [site]) as found:
            model(images)
        vectors = take(found[site], pairs.tokens[:, index]).flatten(1)
        logits = vectors @ weights[f"run1.layer{layer}.weight"].T + weights[f"run1.layer{layer}.bias"]
        right = (logits.argmax(1) == pairs.same[:, index]).double().mean().item()
        seen = value(table, layer=layer, quantity="probe", pair=pair, split="test_iid")
        assert seen == pytest.approx(right), (layer, pair)


def test_interventions_do_what_patching_the_whole_model_does(done: tuple[Path, str], inputs: Path) -> None:
    folder, _ = done
    table, weights = pd.read_parquet(folder / "probe.parquet"), load_file(folder / "probe.safetensors")
    model = load_classifier(ENTRY, GEOMETRY, inputs / "model.safetensors")
    pairs, images = held_out(inputs)
    for layer, (index, pair), alpha in product(range(3), enumerate(PAIRS), ALPHAS):
        directions = weights[f"run1.layer{layer}.weight"].view(2, 8, -1)
        where, same = pairs.tokens[:, index], pairs.same[:, index]
        for quantity, push in (("intervention", directions[1 - same]), ("control", directions[same])):

            def add(tokens: Tensor, where: Tensor = where, push: Tensor = alpha * push) -> Tensor:
                return put(tokens, where, take(tokens, where) + push)

            with torch.no_grad(), patch(model, {f"block.{layer}.resid_post": add}):
                share = (model(images).argmax(1) == pairs.flipped).double().mean().item()
            assert value(table, layer=layer, quantity=quantity, pair=pair, alpha=alpha) == pytest.approx(share)


def test_nothing_reaches_a_class_token_from_the_last_layer(done: tuple[Path, str]) -> None:
    table = pd.read_parquet(done[0] / "probe.parquet")
    moved = table[table["quantity"] != "probe"]
    last = moved[moved["layer"] == 2]
    np.testing.assert_array_equal(last["value"], last["base_error"])
    assert (moved.loc[moved["layer"] < 2, "value"] != moved["base_error"].iloc[0]).mean() > 0.25


def test_all_layers_at_once_or_one_by_one_is_the_same(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(inputs, tmp_path)
    monkeypatch.setattr("vitatlas.relations.probes.job.bytes_per_layer", lambda *_: 10**12)
    pd.testing.assert_frame_equal(run(inputs, tmp_path), whole)


def test_it_is_reproducible_and_runs_differ(inputs: Path, tmp_path: Path) -> None:
    both = run(inputs, tmp_path, models=2, runs=[1, 5], probe=PROBE | {"layers": [1], "alphas": [1.0]})
    files = [(tmp_path / f"probe.{suffix}").read_bytes() for suffix in ("parquet", "safetensors")]
    run(inputs, tmp_path, models=2, runs=[1, 5], probe=PROBE | {"layers": [1], "alphas": [1.0]})
    assert files == [(tmp_path / f"probe.{suffix}").read_bytes() for suffix in ("parquet", "safetensors")]
    weights = load_file(tmp_path / "probe.safetensors")
    assert set(weights) == {f"run{number}.layer1.{name}" for number in (1, 5) for name in ("weight", "bias")}
    assert not torch.equal(weights["run1.layer1.weight"], weights["run5.layer1.weight"])
    assert both.groupby("run").size().tolist() == [12, 12]


def test_a_model_that_guesses_is_warned_of(inputs: Path, tmp_path: Path) -> None:
    table = run(inputs, tmp_path, probe=PROBE | {"layers": [0]})
    error = table["base_error"].dropna().iloc[0]
    guesses = wilson(error, 20)[0] <= 0.5 <= wilson(error, 20)[1]
    assert guesses, "random weights"
    assert (table["warning"] == GUESSING).eq(table["quantity"] != "probe").all()


def nothing(_: Path) -> None:
    pass


def write(folder: Path, table: Scenes, split: str) -> None:
    write_scenes(folder / f"{split}.parquet", table, GEOMETRY, task="rmts", setting="256", split=split)


def overlapping(folder: Path) -> None:
    table = Scenes.load(folder / "train.parquet")
    table.row[5, 1], table.col[5, 1] = table.row[5, 0], table.col[5, 0]
    write(folder, table, "train")


def one_label(folder: Path) -> None:
    table = scenes("test_iid", 40, "rmts")
    write(folder, table[np.flatnonzero(table.label == 1)], "test_iid")


def pairs_only(folder: Path) -> None:
    write(folder, scenes("train", 64), "train")


NO_CLASS = ENTRY.model_dump() | {"architecture": ENTRY.architecture | {"class_token": False, "global_pool": "avg"}}


@pytest.mark.parametrize(
    ("spoil", "changes", "message"),
    [
        (nothing, {"task": "discrimination"}, "the task discrimination has no intermediate judgement"),
        (pairs_only, {}, "scenes of 2 objects have no intermediate judgement"),
        (overlapping, {}, "objects overlap in scene 5: they lie on 1[0-5] tokens, not on 16"),
        (one_label, {}, "10 images per label are asked for, the split 'test_iid' has 0"),
        (nothing, {"probe": PROBE | {"layers": [3]}}, "layer 3 is asked for, the model has layers 0 to 2"),
        (nothing, {"probe": PROBE | {"learning_rate": 1e38}}, "the probe of layer 0 diverged: its loss is"),
        (nothing, {"runs": [1, 2]}, "1 models for 2 runs"),
        (nothing, {"model": NO_CLASS}, "it has no class token"),
    ],
)
def test_what_cannot_be_probed_is_one_clear_error(
    tmp_path: Path, spoil: Any, changes: Mapping[str, Any], message: str
) -> None:
    write_inputs(tmp_path)
    spoil(tmp_path)
    with pytest.raises(UserError, match=message):
        run(tmp_path, tmp_path, **changes)
    assert not list(tmp_path.glob("probe.*"))

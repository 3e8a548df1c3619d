"""The comparison of each departure of the reference code with the corrected protocol, on a tiny model."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
import torch
from artifact_specs import spec
from artifact_tables import behavior_table
from das_jobs import SEARCH, arguments, cell, sweep_arguments, write_inputs
from figure_pixels import pixels

from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.models.weights import read_weights, save_safetensors
from vitatlas.relations.das.job import Prepared, das
from vitatlas.relations.das.spec import DasSpec
from vitatlas.relations.departures import run as module
from vitatlas.relations.departures.finished import Successes
from vitatlas.relations.departures.job import COLUMNS, departures
from vitatlas.relations.departures.run import Run
from vitatlas.relations.departures.spec import DeparturesSpec
from vitatlas.relations.figures import departures as figure
from vitatlas.relations.novel.job import novel
from vitatlas.relations.novel.spec import NovelSpec

SETTING = "32"
RUNS = [1, 2]
FINE = SEARCH | {"controls": ["none"], "mask_learning_rate": 0.1, "penalty": 0.0}
OWN = cell()["model"]["preprocessing"]
OTHER = {"mean": [0.4, 0.5, 0.6], "std": [0.2, 0.25, 0.3]}
INPUTS = {"operators": "operators.safetensors", "interventions": "das.parquet", "metrics": "metrics.parquet"}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model and its counterfactual sets; for two runs (of the same weights) subspaces, their success, accuracies."""
    folder = tmp_path_factory.mktemp("finished")
    write_inputs(folder, setting=SETTING)
    make_undecided(folder)
    metrics = behavior_table("tiny", "discrimination", SETTING)
    for number in RUNS:
        run = folder / str(number)
        run.mkdir()
        das(parse(DasSpec, sweep_arguments(folder, run, setting=SETTING, run=number, search=FINE)))
        metrics[metrics["run"] == number].to_parquet(run / "metrics.parquet", index=False)
    return folder


@torch.no_grad()
def make_undecided(folder: Path) -> None:
    """Shifts the head's bias so that the model's answers to base images are half and half."""
    job = parse(DasSpec, sweep_arguments(folder, folder, setting=SETTING))
    prepared = Prepared(job, job.input.model, run=1)
    classifier, examples = prepared.model.classifier, prepared.examples("shape", "test_iid")
    logits = classifier(examples.images(torch.arange(len(examples)))[0])
    classifier.head.bias[1] -= (logits[:, 1] - logits[:, 0]).median()
    save_safetensors(folder / "model.safetensors", classifier.state_dict())


def compare(finished: Path, folder: Path, runs: list[int] = RUNS, **changes: Any) -> pd.DataFrame:
    """The table of the job; an input is replaced by the file of its name in `folder`, if there is one."""
    values: dict[str, Any] = {"runs": runs, "draws": 2, "search": FINE, "statistics": OTHER}
    values |= {"search_runs": 1, "around": 1}
    files = {"table": "departures.parquet"}
    command = arguments(finished, folder, files, "models", setting=SETTING, **values | changes)
    command += ["--input", "models", *[str(finished / "model.safetensors")] * len(runs)]
    for name, file in INPUTS.items():
        found = [folder / file if (folder / file).exists() else finished / str(run) / file for run in runs]
        command += ["--input", name, *map(str, found)]
    departures(parse(DeparturesSpec, command))
    return pd.read_parquet(folder / "departures.parquet")


@pytest.fixture(scope="module")
def table(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return compare(finished, tmp_path_factory.mktemp("table"))


def value(table: pd.DataFrame, quantity: str, protocol: str, run: int = 1) -> float:
    rows = table[(table["quantity"] == quantity) & (table["protocol"] == protocol) & (table["run"] == run)]
    return float(rows["value"].item())


def successes(path: Path) -> Successes:
    return Successes(pd.read_parquet(path), path)


def test_every_switch_is_compared_in_both_positions(table: pd.DataFrame) -> None:
    assert list(table.columns) == COLUMNS and table["value"].between(0, 1).all() and (table["n"] > 0).all()
    assert not table.duplicated(["run", "quantity", "departure", "protocol"]).any()
    assert list(table["departure"].unique()) == ["normalisation", "mode", "novel_draws", "seen_accuracy"]
    assert (table.groupby(["run", "departure", "quantity"])["protocol"].nunique() == 2).all()
    assert set(table[table["departure"] == "normalisation"]["run"]) == {1}, "searched again in the first run only"
    assert set(table[table["departure"] == "mode"]["run"]) == {1, 2}


def test_the_figure_draws_it(table: pd.DataFrame) -> None:
    drawn = spec("extra_departures")
    panel = drawn.panels[0].model_copy(update={"model": "tiny", "setting": SETTING})
    drawn = drawn.model_copy(update={"panels": [panel]})
    solves = behavior_table("tiny", str(panel.task), SETTING)
    values = figure.values(pd.concat([table, solves], ignore_index=True), drawn)
    assert set(values["quantity"]) == set(table["quantity"])
    assert pixels(figure.draw(values, drawn))


def test_the_references_normalisation_is_a_search_in_the_model_with_its_statistics(
    finished: Path, table: pd.DataFrame, tmp_path: Path
) -> None:
    model = cell()["model"] | {"preprocessing": OTHER}
    das(parse(DasSpec, sweep_arguments(finished, tmp_path, setting=SETTING, search=FINE, model=model)))
    corrected, other = successes(finished / "1" / "das.parquet"), successes(tmp_path / "das.parquet")
    errors = "errors without an intervention"
    assert value(table, errors, "reference") == pytest.approx(other.errors().value)
    assert value(table, errors, "corrected") == pytest.approx(corrected.errors().value)
    assert value(table, errors, "corrected") != value(table, errors, "reference")
    for property, word in (("shape", "shape"), ("color", "colour")):
        quantity = f"interventions, {word}, near the best layer"
        near = corrected.near_best(property, 1)
        assert value(table, quantity, "corrected") == pytest.approx(corrected.best(property)[1].value)
        assert value(table, quantity, "reference") == max(other.by_layer(property)[layer].value for layer in near)


def test_nothing_is_searched_where_the_statistics_are_the_models_own(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(module, "Sweep")
    rows = compare(finished, tmp_path, statistics=OWN, search_runs=None).query("departure == 'normalisation'")
    pairs = rows.pivot(index=["run", "quantity"], columns="protocol", values="value")
    assert len(pairs) == 6 and (pairs["corrected"] == pairs["reference"]).all()


def test_how_far_the_search_looks_is_a_setting() -> None:
    rows = pd.DataFrame(
        [
            {"layer": layer, "property": "shape", "control": "none", "split": "test_iid", "accuracy": height, "n": n}
            for layer, heights in enumerate([(0.2, 0.8), (0.9, 0.1), (0.6, 0.6), (0.6, 0.6), (0.1, 0.1)])
            for height, n in zip(heights, (30, 10), strict=True)
        ]
    )
    found = Successes(rows, "table")
    assert found.by_layer("shape")[0] == pytest.approx((0.35, 40))
    assert found.best("shape")[0] == 1 and found.best("shape")[1] == pytest.approx((0.7, 40))
    assert found.near_best("shape", 0) == [1] and found.near_best("shape", 2) == [0, 1, 2, 3]
    assert found.near_best("shape", None) == [0, 1, 2, 3, 4]
    with pytest.raises(UserError, match="no intervention on color"):
        found.best("color")


def test_novel_vectors_and_modes_are_measured_as_everywhere(
    finished: Path, table: pd.DataFrame, tmp_path: Path
) -> None:
    values = {"runs": [1], "properties": ["shape", "color"], "batch": 16, "draws": 2, "shared": 16}
    command = arguments(finished, tmp_path, {"table": "novel.parquet"}, "models", setting=SETTING, **values)
    novel(parse(NovelSpec, [*command, "--input", "operators", str(finished / "1" / "operators.safetensors")]))
    rows = pd.read_parquet(tmp_path / "novel.parquet").query("method == 'added'")
    found = successes(finished / "1" / "das.parquet")
    for property, word in (("shape", "shape"), ("color", "colour")):
        row = rows[(rows["property"] == property) & (rows["layer"] == found.best(property)[0])].iloc[0]
        assert value(table, f"added, {word}, best layer", "corrected") == pytest.approx(row["accuracy"])
        half = (row["high"] - row["low"]) / 2
        assert value(table, f"added, {word}, half-width of its interval", "corrected") == pytest.approx(half)
        best = f"interventions, {word}, best layer"  # the model has no dropout
        assert value(table, best, "reference") == pytest.approx(value(table, best, "corrected"))


def test_dropout_acts_in_training_mode(finished: Path, tmp_path: Path) -> None:
    model = cell()["model"]
    model["architecture"] = model["architecture"] | {"proj_drop_rate": 0.1}
    rows = compare(finished, tmp_path, model=model, statistics=OWN, runs=RUNS).query("departure == 'mode'")
    pairs = rows.pivot(index=["run", "quantity"], columns="protocol", values="value")
    assert (pairs["corrected"] != pairs["reference"]).any()


def test_seen_combinations_are_the_test_split_only_where_others_are_left(finished: Path, table: pd.DataFrame) -> None:
    metrics = pd.read_parquet(finished / "2" / "metrics.parquet").query("checkpoint == 'best' and metric == 'accuracy'")
    by_split = metrics.set_index("split")["value"]
    quantity = "accuracy, seen combinations"
    assert value(table, quantity, "corrected", 2) == by_split["test_iid"]
    assert value(table, quantity, "reference", 2) == by_split["test"]
    assert Run.seen_accuracy(SimpleNamespace(spec=SimpleNamespace(setting="256"))) == []


def damaged(finished: Path, folder: Path, what: str) -> None:
    """Replaces an input by a wrong one."""
    run = finished / "1"
    if what == "interventions":
        pd.read_parquet(run / "das.parquet").assign(run=7).to_parquet(folder / "das.parquet")
    elif what == "metrics":
        metrics = pd.read_parquet(run / "metrics.parquet")
        metrics[metrics["split"] != "test_iid"].to_parquet(folder / "metrics.parquet")
    else:
        best = successes(run / "das.parquet").best("shape")[0]
        kept = read_weights(run / "operators.safetensors")
        for part in ("rotation", "mask"):
            del kept[f"shape.none.{best}.{part}"]
        columns = {"model": "tiny", "task": "discrimination", "setting": SETTING, "run": 1}
        save_safetensors(folder / "operators.safetensors", kept, {"vitatlas": json.dumps({"about": columns})})


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("interventions", r"no table of model tiny, task discrimination, setting 32, run 1: it holds .*7"),
        ("metrics", "0 accuracies on the split 'test_iid'"),
        ("operators", r"the subspace shape\.none\.\d was measured, but is not among those learned"),
    ],
)
def test_what_is_missing_is_said(finished: Path, tmp_path: Path, what: str, message: str) -> None:
    damaged(finished, tmp_path, what)
    with pytest.raises(UserError, match=message):
        compare(finished, tmp_path, runs=[1], statistics=OWN)
    assert not (tmp_path / "departures.parquet").exists()


def test_another_model_is_refused(finished: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"the subspaces are of .*tiny.*, wanted are those of .*other"):
        compare(finished, tmp_path, runs=[1], name="other")
    model = cell()["model"]
    model["architecture"] = model["architecture"] | {"embed_dim": 16}
    with pytest.raises(UserError, match="the weights do not fit the model"):
        compare(finished, tmp_path, runs=[1], model=model)

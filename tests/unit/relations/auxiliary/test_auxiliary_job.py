"""Fine-tuning with auxiliary losses: what is kept, what is written, and that it can be interrupted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from safetensors.torch import load_file
from training_jobs import CPU, ENTRY, GEOMETRY, finetune_arguments, finetune_job, finetuning, scenes

from vitatlas.device import Device
from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.relations.auxiliary.build import build_auxiliary
from vitatlas.relations.auxiliary.job import finetune_auxiliary
from vitatlas.relations.auxiliary.spec import FinetuneAuxiliarySpec
from vitatlas.relations.config.auxiliary import Pipeline, Probe
from vitatlas.relations.config.training import Finetuning
from vitatlas.relations.finetuning.build import build, load_classifier
from vitatlas.relations.finetuning.job import finetune
from vitatlas.relations.finetuning.run import FinetuningRun, initial_classifier
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.vocabulary import SPLITS

PIPELINE = {"loss": "pipeline", "within_object": [0], "within_pair": [1], "between_pair": [2]}
BOTH = [{"loss": "disentanglement", "layer": 1}, PIPELINE]
FIGURES = (
    *("disentanglement_loss", "shape_accuracy", "color_accuracy"),
    *("pipeline_loss", "attention_within_object", "attention_within_pair"),
)


def job(folder: Path, inputs: Path, settings: Finetuning, **changes: Any) -> Any:
    arguments = finetune_arguments(folder, inputs, settings, **{"variant": "both", "losses": BOTH, **changes})
    return parse(FinetuneAuxiliarySpec, arguments)


def started(settings: Finetuning) -> FinetuningRun:
    classifier = initial_classifier(ENTRY, GEOMETRY, settings, None, 1)
    pipeline = Pipeline.model_validate(PIPELINE)
    wanted = [Probe(loss="disentanglement", layer=1), pipeline]
    auxiliary = build_auxiliary(wanted, classifier, GEOMETRY, "discrimination", settings.frozen_blocks, 3)
    renderer = Renderer(GEOMETRY, 10)
    splits = (scenes("train", 64), scenes("val", 40))
    return FinetuningRun("test", classifier, settings, renderer, *splits, Device(CPU), 1, auxiliary)


def steps(training: FinetuningRun, start: int, stop: int) -> None:
    for step in range(start, stop):
        training.advance(step)
        training.after(step + 1)


@pytest.mark.parametrize("step", [3, 8])
def test_an_interrupted_run_ends_bit_identical(tmp_path: Path, step: int) -> None:
    settings = finetuning(epochs=2)
    whole, first, second = (started(settings) for _ in range(3))
    steps(whole, 0, 16)
    steps(first, 0, step)
    torch.save(first.state_dict(), tmp_path / "state")
    second.load_state_dict(torch.load(tmp_path / "state", weights_only=True))
    steps(second, step, 16)
    for one, other in ((whole.classifier, second.classifier), (whole.auxiliary, second.auxiliary)):
        assert one.state_dict().keys() == other.state_dict().keys()
        for name, value in one.state_dict().items():
            assert torch.equal(value, other.state_dict()[name]), name
    pd.testing.assert_frame_equal(pd.DataFrame(whole.history), pd.DataFrame(second.history), check_exact=True)


def test_the_probes_learn_and_the_attention_moves() -> None:
    training = started(finetuning(epochs=8, learning_rate=5e-3))
    steps(training, 0, training.steps)
    seen = pd.DataFrame(training.history).query("split == 'train'")
    assert seen["disentanglement_loss"].iloc[-1] < 0.95 * seen["disentanglement_loss"].iloc[0]
    assert seen["attention_within_object"].iloc[-1] > 1.5 * seen["attention_within_object"].iloc[0]
    assert seen["attention_within_pair"].iloc[-1] > 1.5 * seen["attention_within_pair"].iloc[0]


def test_the_job_keeps_the_model_and_reports_what_the_losses_say(tmp_path: Path) -> None:
    finetune_auxiliary(job(tmp_path / "out", tmp_path, finetuning(epochs=3)))
    weights = load_file(tmp_path / "out/best.safetensors")
    assert weights.keys() == build(ENTRY, GEOMETRY, seed=0).state_dict().keys(), "no probes"
    load_classifier(ENTRY, GEOMETRY, tmp_path / "out/best.safetensors")
    metrics = pd.read_parquet(tmp_path / "out/metrics.parquet")
    assert set(metrics["auxiliary"]) == {"both"}
    told = metrics[metrics["metric"] == "shape_accuracy"]
    assert set(told["split"]) == {split for split in SPLITS if not split.startswith("ood")}, "probes know no new shapes"
    assert told["value"].between(0, 1).all()
    assert set(metrics.loc[metrics["split"] == "val", "metric"]) == {"loss", "accuracy", "auc", *FIGURES}
    history = pd.read_parquet(tmp_path / "out/history.parquet")
    assert set(FIGURES) <= set(history.columns) and history[list(FIGURES)].notna().all(axis=None)
    last = metrics[(metrics["checkpoint"] == "last") & (metrics["split"] == "val")].set_index("metric")["value"]
    assert last["pipeline_loss"] == pytest.approx(history["pipeline_loss"].iloc[-1], rel=1e-5)


def test_without_losses_it_is_the_ordinary_fine_tuning(tmp_path: Path) -> None:
    settings = finetuning(epochs=1)
    finetune(finetune_job(finetune_arguments(tmp_path / "a", tmp_path, settings)))
    finetune_auxiliary(job(tmp_path / "b", tmp_path, settings, variant="none", losses=[]))
    one, other = (load_file(tmp_path / f"{folder}/last.safetensors") for folder in "ab")
    assert all(torch.equal(value, other[name]) for name, value in one.items())
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "a/metrics.parquet"),
        pd.read_parquet(tmp_path / "b/metrics.parquet").drop(columns="auxiliary"),
    )


def test_a_wrong_layer_stops_the_job_before_anything_is_written(tmp_path: Path) -> None:
    losses = [{"loss": "identity", "layer": 5}]
    with pytest.raises(UserError, match="to read at layer 5, but the model has 3 blocks"):
        finetune_auxiliary(job(tmp_path / "out", tmp_path, finetuning(), variant="identity", losses=losses))
    assert not (tmp_path / "out").exists()


def test_the_ordinary_fine_tuning_does_not_depend_on_how_losses_are_computed(root: Path) -> None:
    from vitatlas.jobs.fingerprint import code_fingerprint

    ordinary = code_fingerprint([root / "workflow/scripts/relations/finetune.py"], root / "src")
    assert not any(
        name in json.dumps(sorted(ordinary)) for name in ("masses", "pipeline", "probes", "config.auxiliary")
    )

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor
from training_jobs import CPU, ENTRY, GEOMETRY, finetune_arguments, finetune_job, finetuning, scenes

from vitatlas.device import Device
from vitatlas.errors import UserError
from vitatlas.jobs.checkpoint import Checkpoint
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.files import sha256
from vitatlas.models.weights import save_safetensors
from vitatlas.relations.config.training import Finetuning
from vitatlas.relations.finetuning.build import build, load_classifier
from vitatlas.relations.finetuning.inputs import Inputs
from vitatlas.relations.finetuning.job import finetune
from vitatlas.relations.finetuning.metrics import Measures
from vitatlas.relations.finetuning.run import FinetuningRun, initial_classifier
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.vocabulary import SPLITS
from vitatlas.training.loop import run


class Uncached(FinetuningRun):
    """The same training, in which every step runs the whole network."""

    def inputs(self, scenes: Any) -> Inputs:
        return Inputs(self.renderer, scenes, None, 16)

    def _trained_part(self) -> Callable[[Tensor], Tensor]:
        return self.classifier


def started(
    settings: Finetuning, kind: type[FinetuningRun] = FinetuningRun, train: int = 64, seed: int = 1
) -> FinetuningRun:
    classifier = initial_classifier(ENTRY, GEOMETRY, settings, None, seed)
    renderer = Renderer(GEOMETRY, 10)
    return kind("test", classifier, settings, renderer, scenes("train", train), scenes("val", 40), Device(CPU), seed)


def trained(folder: Path, *arguments: Any) -> FinetuningRun:
    training = started(*arguments)
    run(training, Checkpoint(folder / "model", "key", 1e9))
    return training


def test_a_frozen_prefix_from_the_cache_is_the_same_as_running_it_every_time(tmp_path: Path) -> None:
    settings = finetuning(frozen_blocks=2)
    cached, whole = trained(tmp_path, settings), trained(tmp_path, settings, Uncached)
    fresh = initial_classifier(ENTRY, GEOMETRY, settings, None, 1).state_dict()
    for name, value in cached.weights().items():
        torch.testing.assert_close(value, whole.weights()[name], rtol=1e-4, atol=1e-5)
        frozen = not name.startswith(("backbone.blocks.2.", "backbone.norm.", "head."))
        assert torch.equal(value, fresh[name]) == frozen, name


def test_the_initial_model_takes_what_the_settings_say_from_the_weights(tmp_path: Path) -> None:
    pretrained = build(ENTRY, GEOMETRY, seed=7)
    save_safetensors(tmp_path / "w.safetensors", pretrained.backbone.state_dict())
    settings = finetuning(reinitialised_blocks=1)
    model = initial_classifier(ENTRY, GEOMETRY, settings, tmp_path / "w.safetensors", seed=2)
    fresh, old = build(ENTRY, GEOMETRY, seed=2).state_dict(), pretrained.state_dict()
    for name, value in model.state_dict().items():
        anew = name.startswith(("backbone.blocks.2.", "head."))
        assert torch.equal(value, (fresh if anew else old)[name]), name


def test_every_epoch_shows_each_scene_at_most_once_in_a_new_order() -> None:
    training = started(finetuning(epochs=2), train=60)
    assert (training.per_epoch, training.steps) == (7, 14)
    first, second = (torch.cat([training._rows(7 * epoch + step) for step in range(7)]) for epoch in range(2))
    for order in (first, second):
        assert len(order) == len(set(order.tolist())) == 56
    assert not torch.equal(first, second)
    assert torch.equal(torch.cat([training._rows(step) for step in range(7)]), first)


def test_the_best_is_by_validation_accuracy_and_then_by_loss(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    looks = [(0.6, 0.5), (0.8, 0.4), (0.8, 0.3), (0.7, 0.1), (0.8, 0.35)]
    answers = iter([Measures(loss, accuracy, 0.5, 40) for accuracy, loss in looks])
    training, states = started(finetuning(epochs=5)), []

    def evaluate(inputs: Inputs) -> Measures:
        states.append(training.weights())
        return next(answers)

    monkeypatch.setattr(training, "evaluate", evaluate)
    run(training, Checkpoint(tmp_path / "model", "key", 1e9))
    assert training.best["epoch"] == 3
    assert all(torch.equal(value, states[2][name]) for name, value in training.best["state"].items())
    history = pd.DataFrame(training.history)
    assert history[history["split"] == "val"]["accuracy"].tolist() == [accuracy for accuracy, _ in looks]


def test_looks_at_the_validation_scenes_come_as_often_as_asked_and_at_the_end(tmp_path: Path) -> None:
    history = pd.DataFrame(trained(tmp_path, finetuning(epochs=5, evaluate_every=2)).history)
    assert history[history["split"] == "val"]["epoch"].tolist() == [2, 4, 5]
    assert history[history["split"] == "train"]["step"].tolist() == [8, 16, 24, 32, 40]


def test_the_job_reports_what_its_models_do(tmp_path: Path) -> None:
    arguments = finetune_arguments(tmp_path / "out", tmp_path, finetuning(epochs=3, evaluate_every=2))
    finetune(finetune_job(arguments))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        *("best.safetensors", "history.parquet", "last.safetensors", "metrics.parquet")
    ]
    metrics = pd.read_parquet(tmp_path / "out/metrics.parquet")
    keys = ["model", "task", "setting", "run", "checkpoint", "split", "metric"]
    assert list(metrics.columns) == [*keys, "value", "n"] and not metrics.duplicated(keys).any()
    assert len(metrics) == 2 * len(SPLITS) * 3 and set(metrics["split"]) == set(SPLITS)
    values = metrics.set_index(["checkpoint", "split", "metric"])
    assert (metrics["n"] == 32).all()
    for name in ("best", "last"):
        model = load_classifier(ENTRY, GEOMETRY, tmp_path / f"out/{name}.safetensors")
        table = scenes("ood_shape", 32)
        with torch.no_grad():
            right = (model(Renderer(GEOMETRY, 10)(table)).argmax(1).numpy() == table.label).mean()
        assert values.loc[(name, "ood_shape", "accuracy"), "value"] == pytest.approx(right)
    history = pd.read_parquet(tmp_path / "out/history.parquet")
    assert list(history.columns) == ["epoch", "step", "split", "loss", "accuracy", "auc", "learning_rate"]
    last = history.iloc[-1]
    assert (last["epoch"], last["split"]) == (3, "val")
    assert values.loc[("last", "val", "loss"), "value"] == pytest.approx(last["loss"], rel=1e-5)


def test_both_models_say_where_they_come_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VITATLAS_COMMIT", "abc123")
    folder = Path("results/smoke/models")
    finetune(finetune_job(finetune_arguments(folder, Path(), finetuning(), environment="e0")))
    for name in ("best", "last"):
        record = read_provenance(folder / f"{name}.safetensors")
        assert record["target"] == f"results/smoke/models/{name}.safetensors"
        assert (record["commit"], record["tier"], record["environment"]) == ("abc123", "smoke", "e0")
        assert record["about"]["model"] == "tiny" and record["spec"]["training"]["epochs"] == 2
        assert record["inputs"] == {f"{split}.parquet": sha256(f"{split}.parquet") for split in SPLITS}
    assert record["about"]["epoch"] == 2
    for name in ("history", "metrics"):
        assert read_provenance(folder / f"{name}.parquet")["inputs"] == record["inputs"]


def test_equal_jobs_give_equal_files_and_another_run_another_model(tmp_path: Path) -> None:
    for folder, number in (("a", 1), ("b", 1), ("c", 2)):
        finetune(finetune_job(finetune_arguments(tmp_path / folder, tmp_path, finetuning(), run=number)))
    files = {folder: (tmp_path / folder / "best.safetensors").read_bytes() for folder in "abc"}
    assert files["a"] == files["b"]
    one, other = (load_file(tmp_path / folder / "best.safetensors")["head.weight"] for folder in "ac")
    assert not torch.equal(one, other)


@pytest.mark.parametrize("blocks", [0, 1])
def test_the_trained_part_is_one_graph_to_the_compiler(blocks: int) -> None:
    training = started(finetuning(frozen_blocks=blocks))
    inputs = training.train(torch.arange(8))
    compiled = torch.compile(training._trained_part(), backend="aot_eager", fullgraph=True, dynamic=False)
    torch.testing.assert_close(compiled(inputs), training.logits(inputs))


def test_scenes_of_another_task_are_refused(tmp_path: Path) -> None:
    arguments = finetune_arguments(tmp_path / "out", tmp_path, finetuning(), task="rmts")
    with pytest.raises(UserError, match="of task discrimination, wanted is rmts"):
        finetune(finetune_job(arguments))


def test_too_few_scenes_for_a_batch() -> None:
    with pytest.raises(UserError, match=r"4 training scenes do not fill a batch of 8[\s\S]*smaller batch"):
        started(finetuning(), train=4)


def test_an_easy_question_is_learned(tmp_path: Path) -> None:
    """Which half of the palette two equal objects have; same and different would take longer."""
    tables = []
    for split, count in (("train", 400), ("val", 100)):
        equal = scenes(split, count)[1::2]
        tables.append(replace(equal, label=(equal.color[:, 0] < 8).astype(np.int8)))
    settings = finetuning(epochs=12, learning_rate=1e-3, batch=16)
    classifier = initial_classifier(ENTRY, GEOMETRY, settings, None, 0)
    training = FinetuningRun("test", classifier, settings, Renderer(GEOMETRY, 10), *tables, Device(CPU), 0)
    run(training, Checkpoint(tmp_path / "model", "key", 1e9))
    assert training.best["accuracy"] > 0.8


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_asked_for_and_not_there(tmp_path: Path) -> None:
    arguments = finetune_arguments(tmp_path, tmp_path, finetuning(), compute={"device": "cuda"})
    with pytest.raises(UserError, match=r"a GPU was asked for[\s\S]*compute.device to auto or cpu"):
        finetune(finetune_job(arguments))

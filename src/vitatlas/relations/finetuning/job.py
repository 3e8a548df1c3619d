"""The job that fine-tunes a model and measures it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pandas as pd
from torch import Tensor

from vitatlas.device import Device
from vitatlas.jobs.checkpoint import Checkpoint, key_of
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import weights_metadata
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.tables import write_table
from vitatlas.models.build import Classifier
from vitatlas.models.weights import save_safetensors
from vitatlas.relations.auxiliary.losses import Auxiliary
from vitatlas.relations.finetuning.metrics import Measures
from vitatlas.relations.finetuning.run import FinetuningRun, initial_classifier
from vitatlas.relations.finetuning.spec import FinetuneSpec
from vitatlas.relations.scenes.files import scenes_by_split
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.vocabulary import SPLITS
from vitatlas.training.loop import run


def finetune(job: Job[Any], auxiliary: Callable[[Classifier, int], Auxiliary] | None = None) -> None:
    """Train, and measure the best and the last weights on every split.

    Args:
        job: Its spec is a `FinetuneSpec`.
        auxiliary: Makes the auxiliary losses of a classifier, from a seed. Runs that differ in them alone start from
            the same weights and see the scenes in the same order.

    Raises:
        UserError: No GPU where one was asked for; scenes or weights that do not fit; divergence.
        SystemExit: Stopped by a signal, with a checkpoint.
    """
    spec = job.spec
    cell = {"task": spec.task, "setting": spec.setting, "geometry": spec.geometry.model_dump()}
    files = scenes_by_split(job.input.all("scenes"), SPLITS, **cell)
    scenes = {split: Scenes.load(path) for split, path in files.items()}
    training = _finetuning(spec, scenes, _weights(job), auxiliary)
    checkpoint = Checkpoint(job.output.best, key_of(job), spec.compute.checkpoint_every_s)
    run(training, checkpoint)
    _save(job, job.output.last, training.weights(), spec.training.epochs)
    _save(job, job.output.best, training.best["state"], training.best["epoch"])
    write_table(job, job.output.history, pd.DataFrame(training.history))
    write_table(job, job.output.metrics, _metrics(spec, training, scenes))
    checkpoint.remove()


def _save(job: Job[Any], path: Path, state: Mapping[str, Tensor], epoch: int) -> None:
    save_safetensors(path, state, weights_metadata(job, path, job.spec.cell | {"epoch": epoch}))


def _weights(job: Job[FinetuneSpec]) -> Path | None:
    if job.spec.model.origin == "none":
        return None
    return job.input.weights


def _finetuning(
    spec: FinetuneSpec,
    scenes: Mapping[str, Scenes],
    weights: Path | None,
    auxiliary: Callable[[Classifier, int], Auxiliary] | None,
) -> FinetuningRun:
    cell = f"{spec.name}/{spec.task}/{spec.setting}/seed{spec.run}"
    seed = derive_seed(spec.seed, "finetune", cell)
    device = Device(spec.compute)
    classifier = initial_classifier(spec.model, spec.geometry, spec.training, weights, derive_seed(seed, "weights"))
    return FinetuningRun(
        title=f"fine-tuning {'/'.join(str(part) for part in spec.cell.values())}",
        classifier=classifier,
        settings=spec.training,
        renderer=Renderer(spec.geometry, spec.noise_std, device.torch),
        train=scenes["train"],
        val=scenes["val"],
        device=device,
        seed=seed,
        auxiliary=auxiliary(classifier, derive_seed(seed, "auxiliary")) if auxiliary else None,
    )


def _metrics(spec: FinetuneSpec, training: FinetuningRun, scenes: Mapping[str, Scenes]) -> pd.DataFrame:
    """The metrics of last and best on each split; of the training scenes, as many as there are validation scenes."""
    last = {"state": training.weights(), "auxiliary": training.auxiliary.state_dict()}
    epochs = {"last": spec.training.epochs, "best": training.best["epoch"]}
    states = {epochs["last"]: deepcopy(last), epochs["best"]: training.best}  # one, where the last epoch was the best
    ready = {"train": training.train, "val": training.val}
    rows = []
    for split in SPLITS:
        # Through a frozen stem once, for both.
        inputs = ready[split] if split in ready else training.inputs(scenes[split])
        most = len(training.val) if split == "train" else None
        measured = {}
        for epoch, state in states.items():
            training.classifier.load_state_dict(state["state"])
            training.auxiliary.load_state_dict(state["auxiliary"])
            measured[epoch] = training.evaluate(inputs, most, auxiliary=not split.startswith("ood"))
        for checkpoint, epoch in epochs.items():
            rows += _rows(spec, checkpoint, split, measured[epoch])
    return pd.DataFrame(rows)


def _rows(spec: FinetuneSpec, checkpoint: str, split: str, measures: Measures) -> list[dict[str, Any]]:
    cell = spec.cell | {"checkpoint": checkpoint, "split": split}
    return [cell | {"metric": name, "value": value, "n": measures.n} for name, value in measures.items()]

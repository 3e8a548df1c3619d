"""The job that searches for subspaces: all layers, properties and controls of one model, task, setting and run."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from vitatlas.device import Device
from vitatlas.jobs.checkpoint import StopRequest, key_of
from vitatlas.jobs.job import Job
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.provenance import weights_metadata
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.tables import write_table
from vitatlas.relations.config.das import DAS_SPLITS
from vitatlas.relations.das.cut import CutModel
from vitatlas.relations.das.evaluate import evaluate
from vitatlas.relations.das.examples import Examples
from vitatlas.relations.das.learned import save_operators
from vitatlas.relations.das.spec import Cell, DasSpec
from vitatlas.relations.das.sweep import Sweep
from vitatlas.relations.finetuning.build import load_classifier
from vitatlas.relations.scenes.counterfactuals import Counterfactuals
from vitatlas.relations.scenes.files import counterfactuals_by_name
from vitatlas.relations.scenes.render import Renderer

COLUMNS = ["model", "task", "setting", "run", "layer", "property", "control", "split", "direction", "pair"]
COLUMNS += ["accuracy", "loss", "n", "base_error", "subspace_size", "steps", "loss_first", "loss_last", "converged"]
COLUMNS += ["warning", "shared_below"]
HISTORY = ["model", "task", "setting", "run", "property", "control", "layer", "epoch", "step", "temperature"]
HISTORY += ["cross_entropy", "penalty", "accuracy", "subspace_size"]


class Prepared:
    """The model of one fine-tuning run on its device, and its counterfactual sets.

    Args:
        job: Its spec is a `Cell`; its input `counterfactuals` are the sets.
        path: The model's weights.
        run: The number of the fine-tuning run.
        training: Whether the model is in training mode; what it draws then derives from the job's seed.
    """

    def __init__(self, job: Job[Any], path: Path, run: int, *, training: bool = False):
        self.job = job
        self.spec: Cell = job.spec
        device = Device(self.spec.compute)
        classifier = load_classifier(self.spec.model, self.spec.geometry, path)
        self.model = CutModel(classifier, device, training=training)
        self.renderer = Renderer(self.spec.geometry, self.spec.noise_std, device.torch)
        self.columns = self.spec.columns(run)
        self.seed = derive_seed(self.spec.seed, "das", *self.columns.values())
        if training:
            torch.manual_seed(self.seed)

    def examples(self, property: str, split: str, most: int | None = None) -> Examples:
        """The set of a property and a split, or at most `most` examples of it, at equal distances.

        Raises:
            UserError: It was not handed over, is empty or damaged; or a set is of another task, setting or geometry.
        """
        name, spec = (property, split), self.spec
        cell = {"task": spec.task, "setting": spec.setting}
        path = counterfactuals_by_name(self.job.input.all("counterfactuals"), [name], **cell)[name]
        counterfactuals = Counterfactuals.load(path, spec.geometry)
        if most is not None:
            counterfactuals = counterfactuals[:: math.ceil(len(counterfactuals) / most)]
        seed = derive_seed(self.seed, "patches", property, split)
        return Examples(counterfactuals, self.renderer, self.model.classifier.prefix, seed)


def das(job: Job[DasSpec]) -> None:
    """Learn every subspace, measure it on every split (of the training examples, on as many as there are validation
    examples), write tables and subspaces.

    Columns of the table: `COLUMNS`, see `evaluate` and `Sweep.fits`; of the history: `HISTORY`. For the subspaces see
    `learned`.

    Raises:
        UserError: Counterfactuals that do not belong to the job; weights that do not fit; a layer that the model does
            not have; no GPU although one is asked for; divergence.
        SystemExit: Stopped by a signal; finished items are kept.
    """
    spec, settings = job.spec, job.spec.search
    prepared = Prepared(job, job.input.model, spec.run, training=spec.mode == "reference")
    folder = job.output.table.with_name(f".{job.output.table.stem}.items")
    sweep = Sweep(prepared.model, settings, prepared.seed, folder, key_of(job))
    title = f"alignment search in {spec.name}, {spec.task} {spec.setting}, run {spec.run}"
    rows: list[dict[str, Any]] = []
    with StopRequest() as stop, Progress(len(sweep), title, unit="item") as progress:
        for property in settings.properties:
            learned = sweep.learn(property, prepared.examples(property, "train"), stop, progress)
            held_out = {split: prepared.examples(property, split) for split in DAS_SPLITS if split != "train"}
            train = prepared.examples(property, "train", len(held_out["val"]))
            for split, examples in {"train": train, **held_out}.items():
                found = evaluate(prepared.model, examples, learned, settings.evaluation_batch)
                rows += [{**prepared.columns, "split": split, **row} for row in found]
    table = pd.DataFrame(rows).merge(pd.DataFrame(sweep.fits()), on=["property", "control", "layer"])
    history = pd.DataFrame([prepared.columns | row for row in sweep.histories()], columns=HISTORY)
    operators = job.output.operators
    save_operators(operators, sweep.learned, weights_metadata(job, operators, prepared.columns))
    write_table(job, job.output.history, history)
    write_table(job, job.output.table, table.assign(shared_below=spec.shared_below)[COLUMNS])
    shutil.rmtree(folder, ignore_errors=True)

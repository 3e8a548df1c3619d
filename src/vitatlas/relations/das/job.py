"""The job that searches for subspaces: all layers, properties and controls of one model, task, setting and seed."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import torch

from vitatlas.config.compute import Compute
from vitatlas.config.das import DAS_SPLITS, Search
from vitatlas.config.models import Backbone, Geometry
from vitatlas.config.protocol import Switch
from vitatlas.device import Device
from vitatlas.jobs import Job, Spec
from vitatlas.models.weights import load_classifier
from vitatlas.progress import Progress
from vitatlas.provenance import weights_metadata
from vitatlas.relations.das.cut import CutModel
from vitatlas.relations.das.evaluate import evaluate
from vitatlas.relations.das.examples import Examples
from vitatlas.relations.das.learned import save_operators
from vitatlas.relations.das.sweep import Sweep
from vitatlas.seeds import derive_seed
from vitatlas.stimuli.counterfactuals import Counterfactuals
from vitatlas.stimuli.render import Renderer
from vitatlas.training.checkpoint import StopRequest, key_of
from vitatlas.training.outputs import write_table

COLUMNS = ["model", "task", "setting", "seed", "layer", "property", "control", "split", "direction", "pair"]
COLUMNS += ["accuracy", "loss", "n", "base_error", "subspace_size", "steps", "loss_first", "loss_last", "converged"]
COLUMNS += ["warning"]
HISTORY = ["model", "task", "setting", "seed", "property", "control", "layer", "epoch", "step", "temperature"]
HISTORY += ["cross_entropy", "penalty", "accuracy", "subspace_size"]


class Cell(Spec):
    """What the analyses of the perceptual stage share: a model, a task, a setting.

    Attributes:
        random_seed: What random choices derive from, beside model, task, setting and the fine-tuning run's seed.
    """

    name: str
    model: Backbone
    geometry: Geometry
    task: Literal["discrimination", "rmts"]
    setting: str
    random_seed: int
    noise_std: float
    compute: Compute

    def columns(self, seed: int) -> dict[str, Any]:
        """What identifies the fine-tuning run `seed` in tables."""
        return {"model": self.name, "task": self.task, "setting": self.setting, "seed": seed}


class DasJob(Cell):
    """One sweep; `seed` is the number of the fine-tuning run, as it stands in tables.

    Attributes:
        mode: reference: the model in training mode. If that makes it random (dropout), a search that was interrupted
            continues with other draws.
    """

    seed: int
    search: Search
    mode: Switch = "corrected"


class Prepared:
    """The model of one fine-tuning run on its device, and its counterfactual sets.

    Args:
        job: Its spec is a `Cell`; its inputs hold the sets as `<property>_<split>`.
        path: The model's weights.
        seed: The number of the fine-tuning run.
        training: Whether the model is in training mode; what it draws then derives from the job's seed.
    """

    def __init__(self, job: Job[Any], path: Path, seed: int, *, training: bool = False):
        self.job = job
        self.spec: Cell = job.spec
        device = Device(self.spec.compute)
        classifier = load_classifier(self.spec.model, self.spec.geometry, path)
        self.model = CutModel(classifier, device, training=training)
        self.renderer = Renderer(self.spec.geometry, self.spec.noise_std, device.torch)
        self.columns = self.spec.columns(seed)
        self.seed = derive_seed(self.spec.random_seed, "das", *self.columns.values())
        if training:
            torch.manual_seed(self.seed)

    def examples(self, property: str, split: str, most: int | None = None) -> Examples:
        """The set that was handed over as input `<property>_<split>`, or at most so many of it, at equal distances.

        Raises:
            UserError: It is of another geometry, property, task, setting or split; or empty, or damaged.
        """
        spec, path = self.spec, getattr(self.job.input, f"{property}_{split}")
        about = {"property": property, "task": spec.task, "setting": spec.setting, "split": split}
        counterfactuals = Counterfactuals.load(path, spec.geometry, **about)
        if most is not None:
            counterfactuals = counterfactuals[:: math.ceil(len(counterfactuals) / most)]
        seed = derive_seed(self.seed, "patches", property, split)
        return Examples(counterfactuals, self.renderer, self.model.classifier.prefix, seed)


def das(job: Job[DasJob]) -> None:
    """Learn every subspace, measure it on every split (of the training examples, on as many as there are validation
    examples), write tables and subspaces.

    Inputs: `model`, and the counterfactual sets `shape_train`, …, `color_test_iid`. Outputs: `table`, `history`
    (Parquet), `operators` (see `learned`). Columns: `COLUMNS`, see `evaluate` and `Sweep.fits`; `HISTORY`.

    Raises:
        UserError: Counterfactuals that do not belong to the job; weights that do not fit; a layer that the model does
            not have; no GPU although one is asked for; divergence.
        SystemExit: Stopped by a signal; finished items are kept.
    """
    spec, settings = job.spec, job.spec.search
    prepared = Prepared(job, job.input.model, spec.seed, training=spec.mode == "reference")
    folder = job.output.table.with_name(f".{job.output.table.stem}.items")
    sweep = Sweep(prepared.model, settings, prepared.seed, folder, key_of(job))
    title = f"alignment search in {spec.name}, {spec.task} {spec.setting}, seed {spec.seed}"
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
    write_table(job.output.history, history)
    write_table(job.output.table, table[COLUMNS])
    shutil.rmtree(folder, ignore_errors=True)

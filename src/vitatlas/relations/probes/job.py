"""The job that probes the intermediate judgement of all models of one cell, and intervenes along the probes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.jobs.job import Job, one_per
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.provenance import weights_metadata
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.tables import write_table
from vitatlas.models.weights import save_safetensors
from vitatlas.relations.config.probe import PROBE_SPLITS, PROBED, Probing
from vitatlas.relations.config.protocol import Switch
from vitatlas.relations.das.job import Prepared
from vitatlas.relations.das.streams import layer_groups
from vitatlas.relations.probes.fit import Probes, learn
from vitatlas.relations.probes.intervene import Key, intervene, right_by_pair
from vitatlas.relations.probes.pairs import Pairs, balanced
from vitatlas.relations.probes.spec import ProbeSpec
from vitatlas.relations.probes.table import rows
from vitatlas.relations.probes.vectors import bytes_per_layer, pair_vectors
from vitatlas.relations.scenes.files import scenes_by_split
from vitatlas.relations.scenes.scenes import Scenes

COLUMNS = ["model", "task", "setting", "run", "layer", "quantity", "pair", "alpha", "split", "value", "low", "high"]
COLUMNS += ["n", "base_error", "warning", "shared_below"]


def probe(job: Job[ProbeSpec]) -> None:
    """Train the probes of every run's model, measure them, intervene along them, write table and probes.

    For the table see `table.rows`; the probes are weights `run<run>.layer<layer>.weight` [2, 2n·D] and `.bias` [2].

    Raises:
        UserError: A task without pairs of pairs; too few images of a label; objects that overlap; a split is missing;
            numbers of models and runs differ; weights that do not fit; a layer that the model does not have;
            divergence.
    """
    spec = job.spec
    if spec.task != PROBED:
        problem = f"the task {spec.task} has no intermediate judgement to probe"
        raise UserError(problem, where=f"model {spec.name}", remedy=f"probe models of the task {PROBED}")
    train, test = probed_scenes(job, spec.probe)
    table: list[dict[str, Any]] = []
    weights: dict[str, Tensor] = {}
    models = one_per(job, "models", spec.runs, "run")
    with Progress(len(models) * len(test), f"probes in {spec.name}, {spec.task} {spec.setting}") as progress:
        for run, path in zip(spec.runs, models, strict=True):
            found, probes = probed(Prepared(job, path, run), spec.probe, spec.sites, train, test, progress)
            table += found
            for layer, weight, bias in zip(probes.layers, probes.weight, probes.bias, strict=True):
                weights |= {f"run{run}.layer{layer}.weight": weight, f"run{run}.layer{layer}.bias": bias}
    cell = {"model": spec.name, "task": spec.task, "setting": spec.setting, "sites": spec.sites}
    save_safetensors(job.output.probes, weights, weights_metadata(job, job.output.probes, cell))
    written = pd.DataFrame(table).assign(shared_below=spec.shared_below)
    write_table(job, job.output.table, written[COLUMNS].astype({"alpha": float}))


def probed_scenes(job: Job[Any], settings: Probing) -> tuple[Scenes, Scenes]:
    """The scenes that probes are trained on, and those that they are measured on, among the job's input `scenes`.

    Args:
        job: Its spec is a `Cell`.
        settings: Say how many of each label.

    Raises:
        UserError: Too few of a label; a split is missing or there twice; scenes of another task, setting or geometry.
    """
    spec = job.spec
    cell = {"task": spec.task, "setting": spec.setting, "geometry": spec.geometry.model_dump()}
    files = scenes_by_split(job.input.all("scenes"), PROBE_SPLITS, **cell)
    train, test = (
        balanced(Scenes.load(path), settings.images_per_label[split], split) for split, path in files.items()
    )
    return train, test


def probed(
    prepared: Prepared, settings: Probing, sites: Switch, train: Scenes, test: Scenes, progress: Progress
) -> tuple[list[dict[str, Any]], Probes]:
    """Rows of the table for one model, and its probes; arguments and errors as of the job."""
    model = prepared.model
    layers = settings.layers or list(range(model.depth))
    if max(layers) >= model.depth:
        problem = f"layer {max(layers)} is asked for, the model has layers 0 to {model.depth - 1}"
        raise UserError(problem, where="key 'relations.probe.layers'")
    back = 1 if sites == "reference" else 0
    seen, held_out = (Pairs(scenes, prepared.renderer, model.classifier.prefix) for scenes in (train, test))
    parts: list[Probes] = []
    trained: dict[Key, np.ndarray] = {}
    for group in layer_groups(layers, bytes_per_layer(model, seen), settings.cache_mb * 10**6):
        vectors = pair_vectors(model, seen, [layer - back for layer in group], settings.evaluation_batch)
        flat, seed = vectors.flatten(1, 2), derive_seed(prepared.seed, "probe")
        parts.append(learn(flat, seen.same.flatten(), group, settings, seed))
        with torch.no_grad():
            trained |= right_by_pair(parts[-1], vectors, seen.same)
    probes = Probes.joined(parts)
    reads = [layer - back for layer in layers]
    outcomes = intervene(model, held_out, probes, reads, settings.alphas, settings.evaluation_batch, progress)
    return [prepared.columns | row for row in rows(outcomes, trained)], probes

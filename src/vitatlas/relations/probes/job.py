"""The job that probes the intermediate judgement of all models of one cell, and intervenes along the probes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from pydantic import Field
from torch import Tensor

from vitatlas.config.probe import PROBE_SPLITS, PROBED, Probing
from vitatlas.config.protocol import Switch
from vitatlas.errors import UserError
from vitatlas.jobs import Job, one_per_seed
from vitatlas.models.weights import save_safetensors
from vitatlas.progress import Progress
from vitatlas.provenance import weights_metadata
from vitatlas.relations.das.job import Cell, Prepared
from vitatlas.relations.das.streams import layer_groups
from vitatlas.relations.probes.fit import Probes, learn
from vitatlas.relations.probes.intervene import Key, intervene, right_by_pair
from vitatlas.relations.probes.pairs import Pairs, balanced
from vitatlas.relations.probes.table import rows
from vitatlas.relations.probes.vectors import bytes_per_layer, pair_vectors
from vitatlas.seeds import derive_seed
from vitatlas.stimuli.scenes import Scenes
from vitatlas.training.outputs import write_table

COLUMNS = ["model", "task", "setting", "seed", "layer", "quantity", "pair", "alpha", "split", "value", "low", "high"]
COLUMNS += ["n", "base_error", "warning"]


class ProbeJob(Cell):
    """All seeds of one cell.

    Attributes:
        sites: Which tokens the probe of layer l reads. corrected: those that leave block l, to which its direction is
            added; reference: those that enter it, while the direction is added to those that leave it.
    """

    seeds: list[int] = Field(min_length=1)
    probe: Probing
    sites: Switch = "corrected"


def probe(job: Job[ProbeJob]) -> None:
    """Train the probes of every seed's model, measure them, intervene along them, write table and probes.

    Inputs: `models`, in the order of `seeds`, and the scene tables `train` and `test_iid`. Outputs: `table` (see
    `table.rows`), and `probes`, weights as `seed<seed>.layer<layer>.weight` [2, 2n·D] and `.bias` [2].

    Raises:
        UserError: A task without pairs of pairs; too few images of a label; objects that overlap; numbers of models and
            seeds differ; weights that do not fit; a layer that the model does not have; divergence.
    """
    spec = job.spec
    if spec.task != PROBED:
        problem = f"the task {spec.task} has no intermediate judgement to probe"
        raise UserError(problem, where=f"model {spec.name}", remedy=f"probe models of the task {PROBED}")
    train, test = (images_of(getattr(job.input, split), spec.probe, split) for split in PROBE_SPLITS)
    table: list[dict[str, Any]] = []
    weights: dict[str, Tensor] = {}
    models = one_per_seed(job, "models", spec.seeds)
    with Progress(len(models) * len(test), f"probes in {spec.name}, {spec.task} {spec.setting}") as progress:
        for seed, path in zip(spec.seeds, models, strict=True):
            found, probes = probed(Prepared(job, path, seed), spec.probe, spec.sites, train, test, progress)
            table += found
            for layer, weight, bias in zip(probes.layers, probes.weight, probes.bias, strict=True):
                weights |= {f"seed{seed}.layer{layer}.weight": weight, f"seed{seed}.layer{layer}.bias": bias}
    cell = {"model": spec.name, "task": spec.task, "setting": spec.setting, "sites": spec.sites}
    save_safetensors(job.output.probes, weights, weights_metadata(job, job.output.probes, cell))
    write_table(job.output.table, pd.DataFrame(table)[COLUMNS].astype({"alpha": float}))


def images_of(path: Path, settings: Probing, split: str) -> Scenes:
    """The scenes in the table `path` that probes are trained on (`train`) or measured on (`test_iid`).

    Raises:
        UserError: Too few of a label; no table of scenes.
    """
    return balanced(Scenes.load(path), settings.images_per_label[split], split)


def probed(
    prepared: Prepared, settings: Probing, sites: Switch, train: Scenes, test: Scenes, progress: Progress
) -> tuple[list[dict[str, Any]], Probes]:
    """Rows of the table for one model, and its probes; arguments and errors as of the job."""
    model = prepared.model
    layers = settings.layers or list(range(model.depth))
    if max(layers) >= model.depth:
        problem = f"layer {max(layers)} is asked for, the model has layers 0 to {model.depth - 1}"
        raise UserError(problem, where="key 'probe.layers'")
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

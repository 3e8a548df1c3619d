"""The tokens that carry what the answer rests on, layer by layer: all of one kind are taken from the edited image.

The edited image is the base image with the property really changed; place, jitter and noise are as they were, and its
right answer is the target. Where exchanging the object's tokens brings that answer about, the property is still in the
object; where it takes the background's or the class token's, it has moved there. A search for subspaces of an object
finds nothing then, and the reason is not that the property is entangled.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.jobs.job import Job, one_per
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.tables import write_table
from vitatlas.relations.attention.masses import object_masks
from vitatlas.relations.das.cut import CutModel
from vitatlas.relations.das.evaluate import grouped, score
from vitatlas.relations.das.examples import Examples
from vitatlas.relations.das.job import Prepared
from vitatlas.relations.das.spec import FlowSpec

KINDS = ("edited_object", "other_objects", "all_objects", "background", "class_token")
COLUMNS = ["model", "task", "setting", "run", "layer", "property", "tokens", "split", "direction", "pair"]
COLUMNS += ["accuracy", "loss", "n", "base_error", "shared_below"]


def information_flow(job: Job[FlowSpec]) -> None:
    """Write the table of `measure` for every run and property, with model, task, setting, run, property and split.

    Raises:
        UserError: Numbers of models and runs differ; counterfactuals that do not belong to the job; weights that do
            not fit.
    """
    spec, properties = job.spec, job.spec.properties
    models = one_per(job, "models", spec.runs, "run")
    rows: list[dict[str, Any]] = []
    title = f"information flow in {spec.name}, {spec.task} {spec.setting}"
    with Progress(len(models) * len(properties), title, unit="property") as progress:
        for run, path in zip(spec.runs, models, strict=True):
            prepared = Prepared(job, path, run)
            for property in properties:
                found = measure(prepared.model, prepared.examples(property, "test_iid"), spec.batch)
                rows += [prepared.columns | {"property": property, "split": "test_iid"} | row for row in found]
                progress.step(1)
    write_table(job, job.output.table, pd.DataFrame(rows).assign(shared_below=spec.shared_below)[COLUMNS])


@torch.no_grad()
def measure(model: CutModel, examples: Examples, batch: int) -> list[dict[str, Any]]:
    """One row per layer, kind of tokens (`KINDS`) and group: layer, tokens, direction, pair, accuracy (share of answers
    that are the target), loss, n, base_error (the same share without an exchange)."""
    layers = range(model.depth)
    masks = token_kinds(examples, model.classifier.prefix)
    scores: dict[tuple[int, str], list[Tensor]] = {(layer, kind): [] for layer in layers for kind in KINDS}
    untouched: list[Tensor] = []
    for rows in examples.batches(batch):
        base, edited = (
            model.below(images, layers) for images in (examples.images(rows)[0], examples.edited_images(rows))
        )
        target = examples.target[rows]
        untouched.append(score(model.above(base[layers[-1]], layers[-1]), target))
        for (layer, kind), found in scores.items():
            tokens = torch.where(masks[kind][rows, :, None], edited[layer], base[layer])
            found.append(score(model.above(tokens, layer), target))
    before = torch.cat(untouched).cpu().numpy()
    return [
        {"layer": layer, "tokens": kind, **row}
        for (layer, kind), found in scores.items()
        for row in grouped(torch.cat(found).cpu().numpy(), before, examples)
    ]


def token_kinds(examples: Examples, prefix: int) -> dict[str, Tensor]:
    """Which tokens of the base images are of which kind: bool [N, T], on the device; `class_token` means every token
    before the patches."""
    counterfactuals, geometry = examples.counterfactuals, examples.geometry
    tokens = torch.from_numpy(counterfactuals.base.tokens(geometry))
    objects = object_masks(tokens, geometry.grid**2, prefix)
    edited = objects[torch.arange(len(objects)), torch.from_numpy(counterfactuals.edited.astype(np.int64))]
    every = objects.any(1)
    patches = torch.arange(every.shape[1]) >= prefix
    masks = (edited, every & ~edited, every, ~every & patches, (~patches).expand_as(every))
    return {kind: mask.to(examples.target.device) for kind, mask in zip(KINDS, masks, strict=True)}

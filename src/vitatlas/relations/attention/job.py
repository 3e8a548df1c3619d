"""The analysis of attention patterns: how much objects attend to themselves, each other and the background.

1. Choose test scenes, equally many of each class, and draw them.
2. One forward pass per batch; each layer's attention is reduced to the masses between token sets at once.
3. Masses become the named quantities of each image; their mean and standard error over images is the result.

Lepori et al. (NeurIPS 2024), section 3. Always in float32: the images are few, and bf16 would blur the probabilities.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from vitatlas.device import Device
from vitatlas.jobs.job import Job, one_per
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.tables import write_table
from vitatlas.models.build import Classifier
from vitatlas.relations.attention.masses import masses, quantities, relation_sets
from vitatlas.relations.attention.moments import Moments
from vitatlas.relations.attention.reader import attention_by_layer
from vitatlas.relations.attention.sample import PAIRS, choose, load_test_scenes, pair_groups, scene_objects
from vitatlas.relations.attention.spec import AttentionSpec
from vitatlas.relations.finetuning.build import load_classifier
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import Scenes


def attention(job: Job[AttentionSpec]) -> None:
    """Write the table of `measure` for every run, with columns model, task, setting, run in front.

    Raises:
        UserError: The numbers of models and runs differ; scenes of another geometry, task, setting or split, or too
            few of them; weights that do not fit; a model without a class token; no GPU although one is asked for.
    """
    spec = job.spec
    models = one_per(job, "models", spec.runs, "run")
    scenes = load_test_scenes(job)
    scenes = choose(scenes, spec.images_per_class, derive_seed(spec.seed, "images"))
    device = Device(spec.compute).torch
    renderer = Renderer(spec.geometry, spec.noise_std, device)
    tables = []
    with Progress(len(models) * len(scenes), f"attention of {spec.name}, {spec.task} {spec.setting}") as progress:
        for place, (run, path) in enumerate(zip(spec.runs, models, strict=True)):
            classifier = load_classifier(spec.model, spec.geometry, path).to(device)
            table = measure(classifier, scenes, renderer, spec.batch, progress).assign(run=run)
            tables.append(table.assign(auxiliary=spec.variants[place]) if spec.variants else table)
    table = pd.concat(tables, ignore_index=True).assign(model=spec.name, task=spec.task, setting=spec.setting)
    table = table.assign(shared_below=spec.shared_below)
    named = ["model", "task", "setting", *(["auxiliary"] if spec.variants else [])]
    columns = [*named, "run", "layer", "head", "quantity", "pairs", "value", "sem", "n", "shared_below"]
    write_table(job, job.output.table, table[columns])


@dataclass(frozen=True)
class Seen:
    """A batch of images and what is in them.

    Attributes:
        images: uint8 [B, 3, H, W], on the model's device.
        objects: Which tokens are which object's, bool [B, K, T]; unequal numbers of tokens are fine.
        groups: Which groups each image belongs to, bool [B, G].
    """

    images: Tensor
    objects: Tensor
    groups: NDArray[np.bool_]


def measure(
    classifier: Classifier, scenes: Scenes, renderer: Renderer, batch: int, progress: Progress | None = None
) -> pd.DataFrame:
    """Attention quantities of one model, averaged over scenes.

    Args:
        classifier: In evaluation mode, on the renderer's device.
        scenes: What is looked at; drawn by `renderer`.
        batch: Images per forward pass. The result does not depend on it beyond rounding.
        progress: Told of every batch.

    Returns:
        The table of `measure_images`, with `PAIRS` as groups.
    """
    return measure_images(classifier, _drawn(scenes, renderer, classifier.prefix, batch), PAIRS, progress)


def measure_images(
    classifier: Classifier, batches: Iterable[Seen], pairs: Sequence[str], progress: Progress | None = None
) -> pd.DataFrame:
    """Attention quantities of one model, averaged over images.

    Args:
        classifier: In evaluation mode.
        batches: What is looked at.
        pairs: The names of the groups.
        progress: Told of every batch.

    Returns:
        Columns layer, head, quantity (WO, WO_direct, WP, BG, global and, with a display pair, BP; see
        `masses.quantities`), pairs (the groups that occur), value (mean over images), sem, n (images).
    """
    names: list[str] = []
    moments: Moments | None = None
    for seen in batches:
        found = _quantities(classifier, seen)
        names = list(found)
        values = np.stack([found[name] for name in names], axis=1)
        moments = moments or Moments(len(pairs), values.shape[1:])
        moments.add(values, seen.groups)
        if progress is not None:
            progress.step(len(values))
    if moments is None:
        raise ValueError("no scenes")
    return _table(moments, names, pairs)


def _drawn(scenes: Scenes, renderer: Renderer, prefix: int, batch: int) -> Iterator[Seen]:
    groups = pair_groups(scenes)
    for start in range(0, len(scenes), batch):
        part = slice(start, start + batch)
        objects = scene_objects(scenes[part], renderer.geometry, prefix)
        yield Seen(renderer(scenes[part]), objects, groups[part])


def _quantities(classifier: Classifier, seen: Seen) -> dict[str, NDArray[np.float32]]:
    """Each quantity [B, layers, heads] of a batch."""
    sets = relation_sets(seen.objects, classifier.prefix)
    reduce = partial(masses, sets=sets.to(seen.images.device))
    by_layer = attention_by_layer(classifier, seen.images, reduce)
    return {name: value.cpu().numpy() for name, value in quantities(torch.stack(by_layer, dim=1)).items()}


def _table(moments: Moments, names: list[str], pairs: Sequence[str]) -> pd.DataFrame:
    """One row per group that has images, quantity, layer and head."""
    _, _, layers, heads = moments.mean.shape
    axes: dict[str, Sequence[Hashable]] = {
        "pairs": pairs,
        "quantity": names,
        "layer": range(layers),
        "head": range(heads),
    }
    table = pd.MultiIndex.from_product(list(axes.values()), names=list(axes)).to_frame(index=False)
    table["value"], table["sem"] = moments.mean.ravel(), moments.sem.ravel()
    table["n"] = np.repeat(moments.n, moments.mean[0].size)
    return table[table["n"] > 0].reset_index(drop=True)

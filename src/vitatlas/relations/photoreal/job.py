"""Photorealistic images in models that were fine-tuned on flat shapes: their answers, and where they attend.

Zero-shot: the models have never seen such an image. Lepori et al. (NeurIPS 2024), table 2 and figure 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from vitatlas.device import Device
from vitatlas.errors import UserError
from vitatlas.images.photoreal.images import Rendered, load
from vitatlas.images.photoreal.masks import owned
from vitatlas.jobs.job import Job, one_per
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.tables import write_table
from vitatlas.models.build import Classifier
from vitatlas.relations.attention.job import Seen, measure_images
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.finetuning.build import load_classifier
from vitatlas.relations.finetuning.metrics import measure
from vitatlas.relations.photoreal.spec import ZeroShotSpec

SPLIT = "photoreal"
PAIRS = ("all", "same", "different")


def zero_shot(job: Job[ZeroShotSpec]) -> None:
    """Write both tables: accuracy as fine-tuning measures it, attention as the analysis of flat images does.

    Raises:
        UserError: The numbers of models and runs differ; images of another size; an object that owns no patch; weights
            that do not fit; no GPU although one is asked for.
    """
    spec = job.spec
    models = one_per(job, "models", spec.runs, "run")
    rendered = load(job.input.all("images"))
    objects = patches_of(rendered, spec.geometry, spec.patch_share)
    device = Device(spec.compute).torch
    behaviour, attention = [], []
    with Progress(len(models) * len(rendered.scene), f"photorealistic images, {spec.name}") as progress:
        for run, path in zip(spec.runs, models, strict=True):
            classifier = load_classifier(spec.model, spec.geometry, path).to(device)
            behaviour.append(accuracy(classifier, rendered, spec.batch, device).assign(run=run))
            seen = _batches(rendered, objects, classifier.prefix, spec.batch, device)
            attention.append(measure_images(classifier, seen, PAIRS, progress).assign(run=run))
    cell = {"model": spec.name, "task": spec.task, "setting": spec.setting}
    write_table(job, job.output.behaviour, _as_one(behaviour, cell | {"checkpoint": "best", "split": SPLIT}))
    seen_on = {"images": SPLIT, "shared_below": spec.shared_below}
    write_table(job, job.output.attention, _as_one(attention, cell | seen_on))


def patches_of(rendered: Rendered, geometry: Geometry, share: float) -> NDArray[np.bool_]:
    """Which patches are the first and the second object's: bool [N, 2, patches].

    Raises:
        UserError: The images are not of the geometry's size, or an object owns no patch.
    """
    side = rendered.image.shape[1]
    if side != geometry.canvas:
        raise UserError(f"the images are {side} px wide, the model takes {geometry.canvas} px", where="--input images")
    objects = owned(rendered.mask, geometry.patch, share)
    empty = np.argwhere(~objects.any(axis=2))
    if len(empty):
        row, number = empty[0]
        raise UserError(
            f"object {number + 1} of scene {rendered.scene[row]} owns no patch of {geometry.patch} px",
            where="--input images",
            remedy="lower relations.photoreal.patch_share, or make the scenes again for this model's patches",
        )
    return objects


@torch.inference_mode()
def accuracy(classifier: Classifier, rendered: Rendered, batch: int, device: torch.device) -> pd.DataFrame:
    """Columns metric, value, n: loss, accuracy and area under the ROC curve over all images."""
    images = torch.from_numpy(rendered.image).permute(0, 3, 1, 2)
    logits = torch.cat([classifier(part.to(device)).cpu() for part in images.split(batch)])
    measures = measure(logits, torch.from_numpy(rendered.label))
    return pd.DataFrame([{"metric": name, "value": value, "n": measures.n} for name, value in measures.items()])


def _batches(
    rendered: Rendered, objects: NDArray[np.bool_], prefix: int, batch: int, device: torch.device
) -> Iterator[Seen]:
    same = rendered.label == 1
    groups = np.stack([np.ones_like(same), same, ~same], axis=1)
    tokens = np.pad(objects, ((0, 0), (0, 0), (prefix, 0)))
    for start in range(0, len(same), batch):
        part = slice(start, start + batch)
        images = torch.from_numpy(rendered.image[part]).permute(0, 3, 1, 2).to(device)
        yield Seen(images, torch.from_numpy(tokens[part]), groups[part])


def _as_one(tables: list[pd.DataFrame], cell: dict[str, Any]) -> pd.DataFrame:
    table = pd.concat(tables, ignore_index=True)
    return pd.DataFrame({**{key: [value] * len(table) for key, value in cell.items()}, **table})

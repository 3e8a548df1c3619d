"""The job that segments pictures by the logit of their true class (Balasubramanian et al., table 5).

All methods see one crop of each picture and are held against one mask. Beside them stand segmentations that know
nothing of the picture, and how often the encoder names the class: maps of a logit that is wrong say little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.classify.headed import classes_of, with_head
from vitatlas.components.decompose import Decomposer, require_exact
from vitatlas.components.segment.floors import floors
from vitatlas.components.segment.foreground import Segmentation
from vitatlas.components.segment.masks import Mask
from vitatlas.components.segment.metrics import score
from vitatlas.components.segment.undefined import UndefinedError
from vitatlas.components.segmentation.masked import MaskedBatch, masked_batches
from vitatlas.components.segmentation.methods import METHODS
from vitatlas.components.segmentation.spec import SegmentationSpec
from vitatlas.components.segmentation.summary import summary
from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import about_encoder, encoder_of
from vitatlas.encoders.seen.pictures import parts_of
from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table
from vitatlas.statistics.intervals import share_error

KEY = "segmentation.pictures"
UNDEFINED = "undefined"


@torch.no_grad()
def segmentation(job: Job[SegmentationSpec]) -> None:
    """Write model, run, method, quantity, value, error (standard error over pictures), n, reason.

    Methods are those of `METHODS` and of `floors`; quantities of a method those of `pooled`. A method that is not
    defined for the encoder has one row of the quantity `undefined`, with the reason. Of no method are `accuracy` and
    `chance`: the share of these pictures whose class the encoder names, and that of guessing.

    Raises:
        UserError: An encoder that cannot be decomposed, or whose head does not read z; pictures without masks or
            classes.
    """
    spec, device = job.spec, Device(job.spec.compute)
    encoder = with_head(encoder_of(job, spec.encoder, device), job.input.all("head"))
    of = Decomposer(encoder, spec.start, spec.policy, layernorm=spec.layernorm)
    require_exact(of)
    (pictures,) = parts_of(spec.pictures.parts, encoder, spec.pictures.seed, job.input.all("indexes")).values()
    classes = classes_of(pictures.table, spec.attribute, spec.classes, KEY)
    found = _Found(of, spec.seed)
    for batch in masked_batches(pictures, spec.pictures.batch):
        found.add(batch, classes[batch.start : batch.start + len(batch.masks)])
    about = about_encoder(spec.encoder)
    write_table(job, job.output.table, found.table().assign(**about), **about)


class _Found:
    """The fit of all methods on the pictures so far.

    Args:
        of: The decomposition; its encoder has a head.
        seed: Of random maps and draws.
    """

    def __init__(self, of: Decomposer, seed: int):
        self._of, self._seed = of, seed
        self._generator = torch.Generator().manual_seed(seed)
        self._rows: list[dict[str, Any]] = []
        self._reasons: dict[str, str] = {}
        self._right: list[bool] = []
        self._classes = 0

    def add(self, batch: MaskedBatch, classes: Tensor) -> None:
        """Segment some pictures, of these classes."""
        images = batch.images.to(next(self._of.encoder.parameters()).device)
        known = classes.to(images.device)
        logits = self._of.encoder.logits(images)
        self._right += (logits.argmax(1) == known).tolist()
        self._classes = logits.shape[1]
        for method, maps in self._maps(images, known):
            for place, mask in enumerate(batch.masks):
                self._score(method, Segmentation(maps.saliency[place], maps.foreground[place]), mask)
        for mask in batch.masks:
            size = (images.shape[-2], images.shape[-1])
            for method, floor in floors(size, self._generator).items():
                self._score(method, floor, mask)

    def table(self) -> pd.DataFrame:
        """One row per number."""
        scores = pd.DataFrame(self._rows)
        parts = [
            summary(rows, self._seed).assign(method=method, reason="")
            for method, rows in scores.groupby("method", sort=False)
        ]
        undefined = [
            {"method": method, "quantity": UNDEFINED, "n": len(self._right), "reason": reason}
            for method, reason in self._reasons.items()
        ]
        return pd.concat([*parts, pd.DataFrame(undefined), self._named()], ignore_index=True)

    def _maps(self, images: Tensor, classes: Tensor) -> Iterator[tuple[str, Segmentation]]:
        for name, method in METHODS.items():
            if name in self._reasons:
                continue
            try:
                found = method(self._of, images, classes)
            except UndefinedError as error:
                self._reasons[name] = error.reason
            else:
                yield name, Segmentation(found.saliency.cpu(), found.foreground.cpu())

    def _score(self, method: str, found: Segmentation, mask: Mask) -> None:
        self._rows.append({"method": method, **asdict(score(found, mask))})

    def _named(self) -> pd.DataFrame:
        """How often the encoder names the class."""
        count = len(self._right)
        share = sum(self._right) / count
        rows: list[Mapping[str, Any]] = [
            {"quantity": "accuracy", "value": share, "error": float(share_error(share, count))},
            {"quantity": "chance", "value": 1 / self._classes},
        ]
        return pd.DataFrame(rows).assign(method="", n=count, reason="")

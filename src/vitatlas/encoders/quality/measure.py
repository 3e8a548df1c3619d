"""The knowledge that one encoder has of scenes with new backgrounds: the job, and its table.

1. `head`: the category, as its own head names it. Locations tell nothing about categories here.
2. `zero-shot`: each attribute, by the text whose vector is nearest (CLIP miniatures).
3. `probe`: each attribute, by a linear probe of the representation.

A share of right answers, of so many scenes. What three objects do not have (size and place) is asked of single ones.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.device import Device
from vitatlas.encoders.quality.probe import fit_probe
from vitatlas.encoders.quality.splits import CHOSEN, FITTED, MEASURED, SPLITS
from vitatlas.encoders.quality.texts import read_by_texts
from vitatlas.encoders.scenes import numbered
from vitatlas.encoders.spec import EncoderQualitySpec
from vitatlas.images.world.attributes import OF_ONE, VALUES
from vitatlas.images.world.render import Renderer
from vitatlas.images.world.scenes import draw
from vitatlas.jobs.job import Job
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.tables import write_table
from vitatlas.models.encoder import Encoder
from vitatlas.models.encoder_weights import loaded_encoder

BATCH = 200

Answer = tuple[str, str, Tensor]
"""How it was asked, the attribute, and the answer for each scene."""


def encoder_quality(job: Job[EncoderQualitySpec]) -> None:
    """Write one row per question: model, run, method, attribute, value (the share), n, chance.

    Raises:
        UserError: Weights that do not fit; no GPU where one was asked for.
    """
    spec, device = job.spec, Device(job.spec.compute)
    files = job.input.all("weights")
    encoder = loaded_encoder(spec.model, files, seed=spec.weights_seed).to(device.torch).eval()
    seen = {split: _seen(spec, encoder, split, device) for split in SPLITS}
    answers = [*_of_head(encoder, seen[MEASURED]), *_of_probes(seen)]
    if spec.training is not None and spec.training.text is not None:
        tests = seen[MEASURED]
        answers += read_by_texts(spec.model, spec.training.text, files[0], tests.z, spec.weights_seed)
    cell = {"model": spec.name, "run": spec.run}
    rows = [cell | row for row in _rows(answers, seen[MEASURED])]
    write_table(job, job.output.table, pd.DataFrame(rows), **cell)


class _Seen:
    """Scenes, as the encoder represents them.

    Attributes:
        scenes: The table.
        z: Representations [N, width].
        logits: Of the head [N, classes]; None without a head.
    """

    def __init__(self, scenes: pd.DataFrame, encoder: Encoder, device: Device):
        self.scenes = scenes
        z, logits = [], []
        renderer = Renderer(encoder.side, device.torch)
        with torch.no_grad(), device.autocast():
            for _, images in renderer.in_batches(scenes, BATCH):
                features = encoder.features(images)
                z.append(encoder.read(features).float())
                if encoder.entry.encoder.classes:
                    logits.append(encoder.classify(features).float())
        self.z = torch.cat(z)
        self.logits = torch.cat(logits) if logits else None


def _seen(spec: EncoderQualitySpec, encoder: Encoder, split: str, device: Device) -> _Seen:
    scenes = draw(spec.world, split, spec.scenes[split], derive_seed(spec.seed, split))
    return _Seen(scenes, encoder, device)


def _of_head(encoder: Encoder, tests: _Seen) -> Iterator[Answer]:
    """The category by the head; random weights have been taught no names, so that theirs is not asked."""
    if tests.logits is not None and encoder.entry.origin != "none":
        yield "head", "category", tests.logits.argmax(1)


def _of_probes(seen: dict[str, _Seen]) -> Iterator[Answer]:
    for attribute, values in VALUES.items():
        fitted, chosen = (_asked(seen[split], attribute) for split in (FITTED, CHOSEN))
        yield "probe", attribute, fit_probe(*fitted, chosen, len(values))(seen[MEASURED].z)


def _asked(seen: _Seen, attribute: str) -> tuple[Tensor, Tensor]:
    """Representations and values of the scenes that have the attribute."""
    has = torch.from_numpy(_has(seen.scenes, attribute)).to(seen.z.device)
    return seen.z[has], numbered(seen.scenes, attribute).to(seen.z.device)[has]


def _has(scenes: pd.DataFrame, attribute: str) -> np.ndarray:
    """Which scenes have the attribute: bool [N]."""
    has = scenes["count"].eq("one") | (attribute not in OF_ONE)
    return has.to_numpy(copy=True)


def _rows(answers: list[Answer], tests: _Seen) -> Iterator[dict[str, object]]:
    for method, attribute, answer in answers:
        has = _has(tests.scenes, attribute)
        right = (answer.cpu() == numbered(tests.scenes, attribute)).numpy()[has]
        commonest = tests.scenes.loc[has, attribute].value_counts(normalize=True).iloc[0]
        yield {
            "method": method,
            "attribute": attribute,
            "value": float(right.mean()),
            "n": int(has.sum()),
            "chance": float(commonest),
        }

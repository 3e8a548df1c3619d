"""The job that embeds the texts of features (Balasubramanian et al., section 4; Radford et al. 2021 for templates)."""

from __future__ import annotations

import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.config.features import Feature
from vitatlas.components.texts.spec import TextsSpec
from vitatlas.components.texts.table import CLASS
from vitatlas.components.texts.towers import tower_of
from vitatlas.config.read import require_known
from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import about_encoder
from vitatlas.images.world.prompts import prompts
from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table
from vitatlas.models.text.prompts import IMAGENET_NAMES, IMAGENET_TEMPLATES, prompt
from vitatlas.models.text.tower import TextEncoder
from vitatlas.models.text.zero_shot import embedded, zero_shot_head


@torch.no_grad()
def texts(job: Job[TextsSpec]) -> None:
    """Write one row per text: feature, text, vector (of unit length).

    Raises:
        UserError: A model without texts; weights that do not fit; a text that is no value of its attribute.
    """
    spec = job.spec
    device = Device(spec.compute)
    tower = tower_of(spec.encoder, spec.small, job.input.weights).to(device.torch)
    rows = [
        {"feature": name, "text": text, "vector": vector.tolist()}
        for name, feature in spec.features.items()
        for text, vector in zip(feature.texts, _vectors(tower, name, feature), strict=True)
    ]
    if spec.classes:
        rows += _classes(tower)
    write_table(job, job.output.table, pd.DataFrame(rows), **about_encoder(spec.encoder))


def _classes(tower: TextEncoder) -> list[dict[str, object]]:
    """The names of ImageNet's classes; of two classes of one name the second is numbered."""
    vectors = zero_shot_head(tower, IMAGENET_NAMES, IMAGENET_TEMPLATES)
    before = [IMAGENET_NAMES[:number].count(name) for number, name in enumerate(IMAGENET_NAMES)]
    names = [f"{name} ({times + 1})" if times else name for name, times in zip(IMAGENET_NAMES, before, strict=True)]
    return [
        {"feature": CLASS, "text": name, "vector": vector.tolist()} for name, vector in zip(names, vectors, strict=True)
    ]


def _vectors(tower: TextEncoder, name: str, feature: Feature) -> Tensor:
    """Of each text, the mean over its phrases, at unit length."""
    if feature.attribute is None:
        return embedded(tower, [[prompt(template, text) for template in IMAGENET_TEMPLATES] for text in feature.texts])
    known = prompts(feature.attribute)
    for text in feature.texts:
        require_known(text, known, f"value of '{feature.attribute}'", f"texts of feature '{name}'")
    return embedded(tower, [known[text] for text in feature.texts])

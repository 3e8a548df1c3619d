"""The job that labels components, and says how far labels are right (Balasubramanian et al., section 4, table 1).

1. The truth about a component are the texts that TextSpan picks in the model's own space, where nothing was aligned.
2. A method's labels are those that TextSpan picks for the component's image in the space of texts, with the same texts.
3. Match rate: the share of labels that are among the truth's, mean over components, without init and bias.

Guessing hits count / M of M texts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, normalize

from vitatlas.components.align.files import load_maps
from vitatlas.components.align.maps import Maps
from vitatlas.components.align.pairs import Pairs
from vitatlas.components.align.space import require_texts_of
from vitatlas.components.decompose.component import INIT
from vitatlas.components.labels.dictionary import Dictionary, of_head, of_values
from vitatlas.components.labels.names import TRUTH
from vitatlas.components.labels.spec import LabelsSpec
from vitatlas.components.score.textspan import textspan
from vitatlas.components.store.read import (
    Contributions,
    load_contributions,
    load_representations,
    require_same_pictures,
)
from vitatlas.components.texts.table import load_texts
from vitatlas.jobs.job import Job, one_per
from vitatlas.jobs.tables import write_table

NEAR = 0.9
"""Cosine of two texts from which on one is a near match of the other."""


def component_labels(job: Job[LabelsSpec]) -> None:
    """Write model, run, method, quantity, component, rank, text, match, value, error, n, chance.

    `quantity` is `label` (one row per component and rank: its text, and whether it is an exact, a near or no match),
    `match_rate` (with the standard error over components), or `distance` (1 - cosine with CLIP's representation, mean
    over pictures, with the standard error over pictures). `shown` marks the rows of one component, drawn at random.

    Raises:
        UserError: Files of other pictures or components; a dictionary that cannot be made.
    """
    spec = job.spec
    of = load_contributions(*job.input.all("contributions"))
    dictionary = _dictionary(job, of)
    part = of.part(spec.measured)
    targets = _targets(job, part)
    named = [name for name in of.names if name != INIT]
    shown = named[np.random.default_rng(spec.seed).integers(len(named))]
    truth = _labels(part, None, dictionary.own, spec.count)
    parts = [_rows(TRUTH, truth, truth, dictionary, shown)]
    for method, path in zip(spec.methods, one_per(job, "maps", spec.methods, "method"), strict=True):
        maps = load_maps(path, of.names, of.vectors.shape[2])
        require_texts_of(path, job.input.texts)
        labels = _labels(part, maps.each.double(), dictionary.texts, spec.count)
        parts += [_rows(method, labels, truth, dictionary, shown), _match(method, labels, truth, dictionary)]
        parts.append(_distance(method, maps, part, targets))
    table = pd.concat(parts, ignore_index=True).assign(model=spec.name, run=spec.run)
    write_table(job, job.output.table, table, model=spec.name, run=spec.run)


def _dictionary(job: Job[LabelsSpec], of: Contributions) -> Dictionary:
    spec, texts = job.spec, load_texts(job.input.texts)
    if spec.values:
        return of_values(of.part(spec.learned), spec.values, spec.attributes, texts)
    return of_head(job.input.weights, "head", texts)


def _labels(part: Contributions, maps: Tensor | None, texts: Tensor, count: int) -> dict[str, list[int]]:
    """By component, the numbers of its texts: of its image under its map [components, d, d'], or of itself."""
    found = {}
    for number, name in enumerate(part.names):
        if name != INIT:
            vectors = torch.from_numpy(np.array(part.vectors[:, number], dtype=np.float64))
            found[name] = textspan(vectors if maps is None else vectors @ maps[number], texts, count).texts
    return found


def _rows(
    method: str, labels: dict[str, list[int]], truth: dict[str, list[int]], dictionary: Dictionary, shown: str
) -> pd.DataFrame:
    near = dictionary.texts @ dictionary.texts.T >= NEAR
    rows = [
        {
            "method": method,
            "quantity": "label",
            "component": name,
            "rank": rank,
            "text": dictionary.words[pick],
            "match": _kind(pick, truth[name], near),
            "shown": name == shown,
        }
        for name, picks in labels.items()
        for rank, pick in enumerate(picks)
    ]
    return pd.DataFrame(rows)


def _kind(pick: int, truth: list[int], near: Tensor) -> str:
    if pick in truth:
        return "exact"
    return "near" if truth and bool(near[pick][truth].any()) else "none"


def _match(
    method: str, labels: dict[str, list[int]], truth: dict[str, list[int]], dictionary: Dictionary
) -> pd.DataFrame:
    rates = np.array([len(set(labels[name]) & set(truth[name])) / max(len(truth[name]), 1) for name in truth])
    count = max(len(picks) for picks in truth.values())
    row = {
        "method": method,
        "quantity": "match_rate",
        "value": rates.mean(),
        "error": rates.std(ddof=1) / np.sqrt(len(rates)),
        "n": len(rates),
        "chance": count / len(dictionary.words),
    }
    return pd.DataFrame([row])


def _targets(job: Job[LabelsSpec], part: Contributions) -> np.ndarray:
    """The pictures in the space of the texts, [N, d'] of unit length."""
    if job.spec.own_space:
        return normalize(torch.from_numpy(part.z()), dim=1).numpy()
    targets = load_representations(*job.input.all("targets")).part(job.spec.measured)
    require_same_pictures(part, targets)
    return targets.z


def _distance(method: str, maps: Maps, part: Contributions, targets: np.ndarray) -> pd.DataFrame:
    distances = []
    for vectors, wanted in Pairs(part.mapped, targets, part.where).batches():
        distances.append(1 - cosine_similarity(maps.total(vectors), wanted))
    found = torch.cat(distances).double()
    row = {"method": method, "quantity": "distance", "value": float(found.mean()), "n": len(found)}
    return pd.DataFrame([row | {"error": float(found.std()) / len(found) ** 0.5}])

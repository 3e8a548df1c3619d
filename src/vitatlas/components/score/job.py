"""The job that scores the components of one encoder, with the controls that say what scores are worth.

Over the pictures of part `scores`, one row per component and feature:

- `score`, `invariant`, `variance`: CompAttribute in two variants, and the share of variance explained (`attribute`).
- `proxy`: the correlation with what CLIP sees of the feature, with a few texts (tables 2 and 4).

Where pictures have labels, on pictures that probes were not fitted on:

- `decodability`: what a linear probe reads of the feature in the component, above chance; of the whole as component z.
- `lost`: what a probe of the whole loses when the component is set to its mean.

Over components, or over features: Spearman's rank correlation of pairs of these (`component_order`, `feature_order` of
score and proxy; `follows_…` of score, variance and size with decodability and loss; `halves` of scores on two halves of
the pictures), with 95 % intervals over components.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.align.files import load_maps
from vitatlas.components.align.maps import Maps
from vitatlas.components.align.space import require_texts_of
from vitatlas.components.score.ablation import ablation_effects
from vitatlas.components.score.accumulate import Accumulated, Aligned
from vitatlas.components.score.agreement import component_order, feature_order
from vitatlas.components.score.attribute import scores, variance_explained
from vitatlas.components.score.decodability import component_decodability, output_decodability
from vitatlas.components.score.labels import labelled
from vitatlas.components.score.proxy import proxies
from vitatlas.components.score.size import mean_norms
from vitatlas.components.score.spec import ScoresSpec
from vitatlas.components.score.texts import Features
from vitatlas.components.store.read import (
    Contributions,
    load_contributions,
    load_representations,
    require_same_pictures,
)
from vitatlas.components.texts.table import load_texts, stacked
from vitatlas.encoders.quality.splits import CHOSEN, FITTED, MEASURED
from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table

SCORED = "scores"
PARTS = {FITTED: SCORED, CHOSEN: "held_out", MEASURED: "test"}
"""Which part of the pictures probes are fitted on, chosen by and measured on."""

BATCH = 250
WHOLE, OUTPUT = -1, "z"
"""Number and name in the place of a component, where the whole representation is meant."""


def component_scores(job: Job[ScoresSpec]) -> None:
    """Write one row per number: model, run, component, name, kind, subkind, stage, block, layer, head, feature,
    quantity, value, low, high, n.

    Raises:
        UserError: Files of other pictures or components; texts that do not span a space; too few pictures.
    """
    spec = job.spec
    of = load_contributions(*job.input.all("contributions"))
    maps = load_maps(job.input.maps, of.names, of.vectors.shape[2])
    require_texts_of(job.input.maps, job.input.texts)
    texts = load_texts(job.input.texts)
    part = of.part(SCORED)
    targets = _targets(job, part)
    seen = _accumulated(part, maps, targets, {name: stacked(texts, name) for name in texts}, spec)
    few = _accumulated(part, maps, targets, {name: stacked(texts, name, spec.texts) for name in texts}, spec)
    found = {
        "score": scores(seen),
        "invariant": scores(seen, "invariant"),
        "variance": variance_explained(seen),
        "proxy": proxies(few),
    }
    images, size = len(part.pictures), mean_norms(_vectors(part.mapped))
    parts = [*_long(found, images), _of_components("size", size, images)]
    parts += [_ordered("component_order", component_order(scores(few), found["proxy"], images), images)]
    parts += [_ordered("feature_order", feature_order(scores(few), found["proxy"], images), images)]
    parts += [_ordered("halves", _halves(part, maps, texts, spec), images // 2)]
    parts += _against_labels(of, found, size, spec)
    rows = pd.concat(parts, ignore_index=True)
    table = rows.merge(_named(of), on="component", how="left").assign(model=spec.name, run=spec.run)
    write_table(job, job.output.table, table, model=spec.name, run=spec.run)


def _targets(job: Job[ScoresSpec], part: Contributions) -> Tensor:
    """The pictures in the space of the texts, [N, d']."""
    if job.spec.own_space:
        return torch.from_numpy(part.z())
    targets = load_representations(*job.input.all("targets")).part(SCORED)
    require_same_pictures(part, targets)
    return torch.from_numpy(np.array(targets.z))


def _vectors(array: np.ndarray) -> Iterator[Tensor]:
    for start in range(0, len(array), BATCH):
        yield torch.from_numpy(np.array(array[start : start + BATCH], dtype=np.float32))


def _aligned(part: Contributions, maps: Maps, targets: Tensor) -> Iterator[Aligned]:
    for number, vectors in enumerate(_vectors(part.mapped)):
        rows = slice(number * BATCH, number * BATCH + len(vectors))
        yield Aligned(maps.aligned(vectors), maps.total(vectors), targets[rows])


def _accumulated(
    part: Contributions, maps: Maps, targets: Tensor, texts: Mapping[str, Tensor], spec: ScoresSpec
) -> Accumulated:
    return Accumulated(Features(texts), _aligned(part, maps, targets), spec.similarity)


def _halves(part: Contributions, maps: Maps, texts: dict[str, dict[str, Tensor]], spec: ScoresSpec) -> pd.DataFrame:
    """Agreement of scores on the pictures with even and with odd numbers, by feature."""
    features = Features({name: stacked(texts, name) for name in texts})

    def of_half(first: int) -> pd.DataFrame:
        batches = (Aligned(maps.aligned(v[first::2]), maps.total(v[first::2])) for v in _vectors(part.mapped))
        return scores(Accumulated(features, batches, spec.similarity))

    return component_order(of_half(0), of_half(1), len(part.pictures) // 2)


def _against_labels(
    of: Contributions, found: Mapping[str, pd.DataFrame], size: pd.Series, spec: ScoresSpec
) -> list[pd.DataFrame]:
    """Decodability and loss, and how scores, variance and size follow them; nothing where pictures have no labels."""
    if not spec.labels:
        return []
    parts = {split: labelled(of.part(name), spec.labels, spec.values) for split, name in PARTS.items()}
    names = list(spec.labels)
    of_parts, whole = component_decodability(parts, names), output_decodability(parts, names)
    lost = ablation_effects(parts, names)
    counts = whole.set_index("feature")["n"]
    tables = [
        _rows("decodability", of_parts, "above"),
        _rows("decodability", whole.assign(component=WHOLE), "above"),
        _rows("accuracy", whole.assign(component=WHOLE), "accuracy"),
        _rows("chance", whole.assign(component=WHOLE), "chance"),
        _rows("lost", lost.assign(n=lost["feature"].map(counts)), "lost"),
    ]
    ranked = {"score": found["score"][names], "variance": found["variance"][names]}
    ranked["size"] = pd.DataFrame(dict.fromkeys(names, size)).set_axis(found["score"][names].columns, axis=1)
    for measure, column, table in (("decodability", "above", of_parts), ("lost", "lost", lost)):
        wide = table.pivot(index="component", columns="feature", values=column).loc[size.index, names]
        for quantity, values in ranked.items():
            order = component_order(values, wide.set_axis(values.columns, axis=1), int(counts.min()))
            tables.append(_ordered(f"{quantity}_follows_{measure}", order, order["feature"].map(counts)))
        if measure == "decodability":
            order = feature_order(ranked["score"], wide.set_axis(ranked["score"].columns, axis=1), int(counts.min()))
            tables.append(_ordered("feature_follows_decodability", order, int(counts.min())))
    return tables


def _long(found: Mapping[str, pd.DataFrame], images: int) -> list[pd.DataFrame]:
    return [
        table.reset_index().melt("component", var_name="feature", value_name="value").assign(quantity=name, n=images)
        for name, table in found.items()
    ]


def _of_components(quantity: str, values: pd.Series, images: int) -> pd.DataFrame:
    return values.rename("value").reset_index().assign(quantity=quantity, n=images)


def _ordered(quantity: str, order: pd.DataFrame, images: int | pd.Series) -> pd.DataFrame:
    rows = order.assign(quantity=quantity, n=images)
    return rows if "component" in rows else rows.assign(component=WHOLE)


def _rows(quantity: str, table: pd.DataFrame, column: str) -> pd.DataFrame:
    kept = table[["component", "feature", "n", column]].rename(columns={column: "value"})
    return kept.assign(quantity=quantity)


def _named(of: Contributions) -> pd.DataFrame:
    """The names of components, and where they are; the whole too."""
    whole = {"component": WHOLE, "name": OUTPUT, "kind": "whole", "subkind": ""}
    whole |= dict.fromkeys(["stage", "block", "layer", "head"], -1)
    return pd.concat([pd.DataFrame([whole]), of.components], ignore_index=True)

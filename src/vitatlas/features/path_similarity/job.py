"""The job that follows made and natural pictures of units through the layers before them.

After Geirhos et al. 2023 ("Don't trust your eyes", arXiv 2306.04719): a picture that excites a unit need not reach it
on the path of natural pictures. The activations of natural pictures are known from the scores of all units; those of
made pictures take one pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import about_encoder, encoder_of
from vitatlas.features.maps.choose import read_units
from vitatlas.features.maps.layer import site_of
from vitatlas.features.path_similarity.measure import of_unit
from vitatlas.features.path_similarity.natural import SCORE, SeenLayer, rows_of, seen_layer
from vitatlas.features.path_similarity.pictures import scores_of, shown_pictures
from vitatlas.features.path_similarity.spec import PathSimilaritySpec
from vitatlas.features.path_similarity.sums import by_half
from vitatlas.features.quality.natural import UNIT, top_of
from vitatlas.features.top.read import load_scores
from vitatlas.jobs.job import Job
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.tables import write_table
from vitatlas.models.sites import layers


def path_similarity(job: Job[PathSimilaritySpec]) -> None:
    """Write how alike made and natural pictures are in each layer up to their unit's own.

    `units`: model, run, site, layer, unit, set, weight, weight_units, at_site, at (the layer looked at), compared (its
    units that are compared), quantity, value. `table`: model, run, half, at_site, at, quantity, value, low, high, n,
    units; see `by_half`. In its own layer a unit is left out: pictures were made and chosen for it.

    Raises:
        UserError: Files that do not fit each other; a unit without top pictures; scores that are not finite; weights
            that cannot be read; no GPU where one was asked for.
    """
    spec, device = job.spec, Device(job.spec.compute)
    encoder = encoder_of(job, spec.encoder, device)
    network, about = layers(encoder, encoder.side), about_encoder(spec.encoder)
    name, run = spec.encoder.name, spec.encoder.run
    images, shown = shown_pictures(job.input.images, job.input.table, name, run, encoder.side)
    natural = load_scores(job.input.scores, job.input.units, job.input.pictures)
    moments = read_units(job.input.moments, spec.part, name, run, ("by", "mean", "sd"))
    moments = moments[moments["by"] == SCORE]
    top = rows_of(top_of(job.input.top, shown, spec.top), natural)
    rows = np.unique(top["row"])
    top = top.assign(row=np.searchsorted(rows, top["row"]))
    made = scores_of(encoder, network, images, spec.batch, device, f"made pictures of {name}")
    seen = (seen_layer(site_of(one), one.index, made[one.index], rows, natural, moments) for one in network)
    units = pd.DataFrame([row for layer in seen for row in _in_layer(layer, shown, top)])
    write_table(job, job.output.units, units.assign(**about), **about)
    table = by_half(units, len(network), spec.draws, derive_seed(spec.seed, name, run))
    write_table(job, job.output.table, table.assign(**about), **about)


def _in_layer(layer: SeenLayer, shown: pd.DataFrame, top: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows of all units whose pictures pass a layer on their way.

    Args:
        layer: The layer looked at.
        shown: One row per made picture, in their order.
        top: Top pictures of their units: site, layer, unit, row (of `layer.natural`).
    """
    places: Iterator[tuple[str, int]] = shown[["site", "layer"]].drop_duplicates().itertuples(index=False, name=None)
    for site, number in places:
        here = number == layer.index and site == layer.site
        if number <= layer.index and not here:  # of another site in this layer nobody knows which comes first
            continue
        own = {unit: some.to_numpy() for unit, some in _of(top, site, number).groupby("unit")["row"]}
        everyone = np.unique(np.concatenate(list(own.values())))
        units = _of(shown, site, number)
        for place, row in zip(units.index.to_numpy(), units.to_dict("records"), strict=True):
            unit = row["unit"]
            kept = layer.without(unit if here else None)
            mine, others = own[unit], np.setdiff1d(everyone, own[unit])
            found = of_unit(layer.made[place][kept], layer.natural[mine][:, kept], layer.natural[others][:, kept])
            about = {name: row[name] for name in (*UNIT, "set", "weight", "weight_units")}
            about |= {"at_site": layer.site, "at": layer.index, "compared": int(kept.sum())}
            yield from (about | {"quantity": name, "value": value} for name, value in found.items())


def _of(table: pd.DataFrame, site: str, layer: int) -> pd.DataFrame:
    return table[(table["site"] == site) & (table["layer"] == layer)]

"""The job that maps units: where in a picture they are active, and how local that is (section 4, appendix F).

Layer after layer; a job that was stopped goes on with the next layer.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import about_encoder, encoder_of
from vitatlas.encoders.seen.pictures import Pictures, parts_of
from vitatlas.errors import UserError
from vitatlas.features.maps.choose import random_positions, read_units, units_of_layer
from vitatlas.features.maps.layer import LayerRows, OneLayer, Seen, site_of
from vitatlas.features.maps.network import roll_step
from vitatlas.features.maps.pictures import of_one_object, positions_of
from vitatlas.features.maps.spec import MapsSpec
from vitatlas.features.maps.thumbnails import thumbnails
from vitatlas.jobs.checkpoint import Checkpoint, StopRequest, key_of
from vitatlas.jobs.job import Job
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.stopping import STOPPED
from vitatlas.jobs.tables import write_table
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import Layer, layers

TOP = ("by", "rank", "picture", "score")
MOMENTS = ("scale",)

MAP_COLUMNS = (
    *("site", "layer", "unit", "chosen", "rank", "picture", "score", "rows", "columns", "map", "scale", "variation"),
    *("shown", "drawn", "of_object", "of_place"),
)


def unit_maps(job: Job[MapsSpec]) -> None:
    """Write maps, measures and thumbnails.

    maps: model, run, site, layer, unit, chosen (by which score the picture is a top one), rank, picture, score, rows,
    columns, map (row by row), scale (the 99.9th percentile of the unit's patches over the set), variation, and why the
    unit is there. table: model, run, site, layer, unit (missing for measures of a layer), why it is there, chosen
    (mean, maximum or random pictures), quantity, control, value, error, n. thumbnails: picture, thumbnail (PNG), side,
    model, run.

    Raises:
        UserError: A layer or unit that the network has not; a table of other pictures or another model; a value that is
            not finite; pictures that cannot be read.
        SystemExit: Stopped by a signal; the layers so far are kept.
    """
    spec, device = job.spec, Device(job.spec.compute)
    encoder = encoder_of(job, spec.encoder, device)
    parts = parts_of(spec.pictures.parts, encoder, spec.pictures.seed, job.input.all("indexes"))
    ((part, pictures),) = parts.items()
    found = _measured(job, _works(job, part, _seen(spec, encoder, pictures)))
    about = about_encoder(spec.encoder)
    measures = pd.DataFrame([row for layer in found for row in layer.measures]).assign(**about)
    maps = pd.DataFrame([row for layer in found for row in layer.maps], columns=list(MAP_COLUMNS)).assign(**about)
    small = thumbnails(pictures, maps["picture"].tolist(), spec.pictures.batch).assign(**about)
    write_table(job, job.output.thumbnails, small, **about)
    write_table(job, job.output.maps, maps, **about)
    write_table(job, job.output.table, measures.astype({"unit": "Int64"}), **about)


def _seen(spec: MapsSpec, encoder: Encoder, pictures: Pictures) -> Seen:
    allowed = of_one_object(pictures)
    random = random_positions(allowed, spec.random, derive_seed(spec.seed, "random pictures"))
    step = roll_step(encoder.side, layers(encoder, encoder.side))
    return Seen(spec, encoder, pictures, frozenset(pictures.table["picture"][allowed]), random, step)


def _works(job: Job[MapsSpec], part: str, seen: Seen) -> list[OneLayer]:
    """One piece of work per layer; all that can be wrong with tables and units is said here."""
    spec, encoder = job.spec, job.spec.encoder
    network = layers(seen.encoder, seen.encoder.side)
    _require_layers(spec, network)
    top, moments = (
        read_units(path, part, encoder.name, encoder.run, columns)
        for path, columns in ((job.input.top, TOP), (job.input.moments, MOMENTS))
    )
    _require_kept(top, spec.top)
    positions_of(top["picture"].unique().tolist(), seen.pictures)  # refuses others
    selective = None
    if job.input.all("selective"):
        selective = pd.read_parquet(job.input.selective, columns=["site", "layer", "unit", "attribute", "auc"])
    works = []
    for layer in network:
        ours, scales = _of(top, layer), _of(moments, layer)
        if ours.empty or scales.empty:
            raise UserError(
                f"there are no scores of units of layer {layer.index} at site '{site_of(layer)}'",
                where=job.input.top,
                remedy="make the scores of units of all layers",
            )
        units = units_of_layer(spec, layer.index, scales, None if selective is None else _of(selective, layer))
        works.append(OneLayer(seen, layer, units, ours))
    return works


def _of(table: pd.DataFrame, layer: Layer) -> pd.DataFrame:
    return table[(table["layer"] == layer.index) & (table["site"] == site_of(layer))]


def _measured(job: Job[MapsSpec], works: Sequence[OneLayer]) -> list[LayerRows]:
    """All layers, from where an interrupted job left."""
    checkpoint = Checkpoint(job.output.table, key_of(job), job.spec.compute.checkpoint_every_s)
    state: dict[str, Any] = checkpoint.load() or {"layers": []}
    found: list[dict[str, Any]] = state["layers"]
    title = f"maps of {job.spec.encoder.name}"
    with StopRequest() as stop, Progress(len(works), title, "layer", done=len(found)) as progress:
        for work in works[len(found) :]:
            found.append(asdict(work.rows()))
            progress.step(1)
            left = len(found) < len(works)
            if left and (stop.signal or checkpoint.due):
                checkpoint.save({"layers": found})
            if left and stop.signal:
                print(f"{title}: stopped after {len(found)} of {len(works)} layers; run again", file=sys.stderr)
                raise SystemExit(STOPPED)
    checkpoint.remove()
    return [LayerRows(**layer) for layer in found]


def _require_layers(spec: MapsSpec, network: Sequence[Layer]) -> None:
    unknown = [some.layer for some in spec.shown if some.layer >= len(network)]
    if unknown:
        raise UserError(
            f"'{spec.encoder.name}' has no layer {unknown[0]}",
            where="key `maps.shown`",
            remedy=f"layers are 0 to {len(network) - 1}",
        )


def _require_kept(top: pd.DataFrame, wanted: int) -> None:
    kept = int(top.groupby(["site", "layer", "unit", "by"]).size().max())
    if wanted > kept:
        raise UserError(
            f"maps on {wanted} top pictures are asked for, and the scores keep {kept}",
            where="key `maps.top`",
            remedy="ask for fewer, or keep more (key `scores.kept`)",
        )

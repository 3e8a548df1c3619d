"""The job that makes heat-maps of one encoder's heads (Balasubramanian et al., figures 1, 5, 13–16).

For each picture that is shown and each of its features, the head that the scores name for the feature is split over
its input tokens: y · f_i(c_{i,t}), with y the text of what the picture is. The same heads, which were chosen on other
pictures, are held against the masks of many pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.align.files import load_maps
from vitatlas.components.align.maps import Maps
from vitatlas.components.align.space import require_texts_of
from vitatlas.components.decompose import BIAS, Decomposer, require_exact
from vitatlas.components.heatmaps.heads import HEAD, Chosen, chosen_heads, reference_name
from vitatlas.components.heatmaps.precision import PLACE, Measured, drawn_heads, precisions, summary
from vitatlas.components.heatmaps.probes import Probe, probe_of
from vitatlas.components.heatmaps.spec import HEADS, HeatmapsSpec
from vitatlas.components.heatmaps.text_maps import summed, text_maps
from vitatlas.components.retrieve.scored import read_by_probe
from vitatlas.components.score.labels import labels_of
from vitatlas.components.segmentation.masked import masked_batches
from vitatlas.components.texts.table import load_texts, stacked
from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import about_encoder, encoder_of
from vitatlas.encoders.seen.pictures import Pictures, parts_of
from vitatlas.images.png import encode
from vitatlas.jobs.job import Job
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.tables import write_table

MAP, PRECISION = "map", "average_precision"
NONE, OTHERS = "none", "other_heads"
"""Names of what is measured: the heads that are shown, and those that the other way of choosing gives."""

RANDOM_HEADS = 3


@dataclass(frozen=True)
class _World:
    """All that maps are made of."""

    of: Decomposer
    maps: Maps
    texts: dict[str, dict[str, Tensor]]
    scores: pd.DataFrame
    pictures: Pictures
    spec: HeatmapsSpec


@torch.no_grad()
def heatmaps(job: Job[HeatmapsSpec]) -> None:
    """Write model, run, quantity, feature, value and

    - `map`, a row per shown picture and feature: probe, picture, png, text, name and reference (of the heads, in our
      words and in the authors'), rows, columns and map (row by row); `value` is the mean of what heads were chosen by.
    - `average_precision`, a row per feature with labels and control: control, error (standard error over pictures), n.
      Controls: `none`, the heads that are shown; `other_heads`, those that the other way of choosing gives; `random`,
      heads drawn at random; `centre`, a blob in the picture's centre (for places, all but it); `share`, that of pixels.
    - `read_by_probe`, a row per feature with labels: what a linear probe reads of it in the whole representation.

    Raises:
        UserError: No picture as asked for; files of other components; heads that cannot be split over tokens.
    """
    world = _world(job)
    rows = pd.concat([_shown(world), _measured(world)], ignore_index=True)
    about = about_encoder(job.spec.encoder)
    write_table(job, job.output.table, rows.assign(**about), **about, selection=job.spec.selection)


def _world(job: Job[HeatmapsSpec]) -> _World:
    spec, device = job.spec, Device(job.spec.compute)
    encoder = encoder_of(job, spec.encoder, device)
    of = Decomposer(encoder, spec.start, spec.policy, layernorm=spec.layernorm)
    require_exact(of)
    names = [component.name for component in of.components if component.kind != BIAS]
    maps = load_maps(job.input.maps, names, encoder.width).to(device.torch)
    require_texts_of(job.input.maps, job.input.texts)
    (pictures,) = parts_of(spec.pictures.parts, encoder, spec.pictures.seed, job.input.all("indexes")).values()
    return _World(of, maps, load_texts(job.input.texts), pd.read_parquet(job.input.scores), pictures, spec)


def _shown(world: _World) -> pd.DataFrame:
    """The maps that are shown."""
    spec, rows = world.spec, []
    for number, (wanted, features) in enumerate(zip(spec.probes, spec.shown, strict=True)):
        probe = probe_of(world.pictures.table, wanted, features, spec.labels, world.texts)
        rows += [{"probe": number, **row} for row in _maps_of(world, probe)]
    return pd.DataFrame(rows).assign(quantity=MAP)


def _maps_of(world: _World, probe: Probe) -> Iterator[dict[str, Any]]:
    images = next(world.pictures.batches(1, probe.position))
    about = {"picture": world.pictures.table["picture"].iloc[probe.position], "png": _png(images[0])}
    for feature, text in probe.texts.items():
        chosen = chosen_heads(world.scores, feature, world.spec.selection)
        found = _map(world, images, chosen, world.texts[feature][text])
        yield {**about, "feature": feature, "text": text, **_named(world, chosen), **found}


def _map(world: _World, images: Tensor, chosen: Chosen, text: Tensor) -> dict[str, Any]:
    device = world.maps.weights.device
    found = text_maps(world.of, world.maps, images.to(device), chosen.numbers, text[None].to(device))
    cells = summed(list(found.values()))[0].cpu()
    return {"rows": cells.shape[0], "columns": cells.shape[1], "map": cells.flatten().tolist()}


def _named(world: _World, chosen: Chosen) -> dict[str, Any]:
    components = world.of.components
    names = [components[number].name for number in chosen.numbers]
    reference = [reference_name(components, number) for number in chosen.numbers]
    return {"name": " + ".join(names), "reference": " + ".join(reference), "value": chosen.value}


def _measured(world: _World) -> pd.DataFrame:
    """The fit of maps to masks; nothing where pictures have no labels."""
    spec = world.spec
    if not spec.labels:
        return pd.DataFrame()
    features = [_feature(world, name) for name in spec.labels]
    rows = []
    device = world.maps.weights.device
    for batch in masked_batches(world.pictures, spec.pictures.batch, spec.measured):
        seen = replace(batch, images=batch.images.to(device))
        rows += [precisions(world.of, world.maps, seen, feature) for feature in features]
    found = summary(pd.concat(rows, ignore_index=True)).assign(quantity=PRECISION)
    return pd.concat([read_by_probe(world.scores, list(spec.labels)), found], ignore_index=True)


def _feature(world: _World, name: str) -> Measured:
    vectors, spec = stacked(world.texts, name), world.spec
    generator = torch.Generator().manual_seed(derive_seed(spec.seed, name))
    chosen = {selection: chosen_heads(world.scores, name, selection).numbers for selection in HEADS}
    heads = {NONE if selection == spec.selection else OTHERS: numbers for selection, numbers in chosen.items()}
    shown = heads[NONE]
    all_heads = [number for number, component in enumerate(world.of.components) if component.kind == HEAD]
    return Measured(
        feature=name,
        vectors=vectors,
        values=labels_of(world.pictures.table, spec.labels[name], list(world.texts[name])),
        heads=heads,
        random=drawn_heads([number for number in all_heads if number not in shown], RANDOM_HEADS, generator),
        is_place=spec.labels[name] == PLACE,
    )


def _png(image: Tensor) -> bytes:
    return encode(image.permute(1, 2, 0).cpu().numpy())

"""The jobs that classify changed pictures: `masked` (table 2) and `low_pass` (figure 16)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import about_encoder, encoder_of
from vitatlas.encoders.seen.pictures import BroughtPictures, Pictures, WorldPictures, parts_of
from vitatlas.features.reliance.answers import RANK, Part, Questions, answers
from vitatlas.features.reliance.boxed import masked_pictures
from vitatlas.features.reliance.classes import classes_of, logit_count
from vitatlas.features.reliance.conditions import filterings
from vitatlas.features.reliance.examples import examples
from vitatlas.features.reliance.frequencies import LowPassed
from vitatlas.features.reliance.masks import fill_colours
from vitatlas.features.reliance.measures import low_pass_rows, masked_rows
from vitatlas.features.reliance.scenes import MaskedScenes
from vitatlas.features.reliance.spec import LowPassSpec, MaskedSpec, RelianceSpec
from vitatlas.features.reliance.stimuli import Stimuli
from vitatlas.jobs.checkpoint import Checkpoint, key_of
from vitatlas.jobs.job import Job
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.tables import write_table
from vitatlas.models.encoder import Encoder

NOT_SHOWN = -1
"""Stands in `hits` where the pictures of a part were not shown in a way."""

EXAMPLES = 2
"""Pictures that are kept as they are masked."""

Show = Callable[[Pictures], Stimuli]
Rows = Callable[..., pd.DataFrame]


def masked(job: Job[MaskedSpec]) -> None:
    """Write how pictures are classified without their object, and without all else.

    `table`: model, run, part, mask, fill, shown, measure, value, low, high, n, chance; see `masked_rows`.
    `hits`: model, run, part, picture, label, and a column for each way of showing, with the rank of the true class from
    0; which columns there are, the provenance tells. `examples`: the first pictures as they are masked, see `examples`.

    Raises:
        UserError: An encoder without a head; pictures without classes or boxes, or that cannot be read; a logit that is
            not finite.
        SystemExit: Stopped by a signal; run again, and it goes on.
    """
    spec, encoder, device = _opened(job)
    colours = fill_colours(encoder.entry.preprocessing)

    def show(pictures: Pictures) -> Stimuli:
        if isinstance(pictures, WorldPictures):
            return MaskedScenes(pictures, colours)
        if not isinstance(pictures, BroughtPictures):
            raise TypeError(f"no pictures that can be masked: {type(pictures).__name__}")
        return masked_pictures(pictures, spec.boxes, colours)

    shown = _shown(job, encoder, show)
    about: dict[str, Any] = {"boxes": spec.boxes, "fills": {name: colour.tolist() for name, colour in colours.items()}}
    about["left_out"] = {name: part.about for name, part in shown.items() if hasattr(part, "about")}
    for name, counts in about["left_out"].items():
        print(f"note: pictures '{name}': {', '.join(f'{key} {n}' for key, n in counts.items())}", file=sys.stderr)
    _write(job, encoder, device, shown, masked_rows, about)
    first = next(iter(shown.values()))
    known = about_encoder(spec.encoder)
    write_table(job, job.output.examples, examples(first, EXAMPLES).assign(**known), **known)


def low_pass(job: Job[LowPassSpec]) -> None:
    """Write how pictures are classified without their high frequencies.

    `table`: model, run, part, filter, rho, cycles, measure, value, low, high, n, chance; see `low_pass_rows`.
    `hits`: as of `masked`. Filtered pictures are clamped to [0, 1] and brought to 8 bits.

    Raises:
        UserError, SystemExit: As `masked`.
    """
    spec, encoder, device = _opened(job)
    ways = filterings(spec.cutoffs, encoder.side)
    scenes = job.input.all("scenes")
    shown = _shown(job, encoder, lambda pictures: LowPassed(pictures, ways, device.torch), scenes)
    _write(job, encoder, device, shown, low_pass_rows, {"side": encoder.side})


def _opened(job: Job[Any]) -> tuple[Any, Encoder, Device]:
    spec, device = job.spec, Device(job.spec.compute)
    return spec, encoder_of(job, spec.encoder, device), device


def _shown(job: Job[Any], encoder: Encoder, show: Show, scenes: Sequence[Path] = ()) -> dict[str, Stimuli]:
    pictures = job.spec.pictures
    parts = parts_of(pictures.parts, encoder, pictures.seed, job.input.all("indexes"), scenes)
    return {name: show(part) for name, part in parts.items()}


@torch.no_grad()
def _write(
    job: Job[Any], encoder: Encoder, device: Device, shown: Mapping[str, Stimuli], rows: Rows, about: dict[str, Any]
) -> None:
    """Classify all pictures, and write both outputs."""
    spec: RelianceSpec = job.spec
    classes = logit_count(encoder)
    parts = {
        name: Part(stimuli, classes_of(stimuli.table, spec.attribute, spec.classes, classes, name))
        for name, stimuli in shown.items()
    }

    def logits(images: Tensor) -> Tensor:
        with device.autocast():
            return encoder.logits(images)

    title = f"{job.name or 'changed pictures'} of {spec.encoder.name}"
    checkpoint = Checkpoint(job.output.table, key_of(job), spec.compute.checkpoint_every_s)
    found = answers(Questions(logits, device.torch, spec.pictures.batch, title), parts, checkpoint)
    known = about_encoder(spec.encoder)
    tables = [
        rows(found[name], part.stimuli.conditions, classes, derive_seed(spec.seed, name)).assign(part=name)
        for name, part in parts.items()
    ]
    about |= known | {"classes": classes}
    write_table(job, job.output.table, pd.concat(tables, ignore_index=True).assign(**known), **about)
    hits = pd.concat([_hits(name, part, found[name]) for name, part in parts.items()], ignore_index=True)
    columns = [column for column in hits if column not in ("part", "picture", "label")]
    hits = hits.fillna(dict.fromkeys(columns, NOT_SHOWN)).astype(dict.fromkeys(columns, "int16"))
    ways = {way.column: way._asdict() for part in parts.values() for way in part.stimuli.conditions}
    write_table(job, job.output.hits, hits.assign(**known), conditions=ways, **about)
    checkpoint.remove()


def _hits(name: str, part: Part, answered: Tensor) -> pd.DataFrame:
    """The rank of the true class, by picture and way of showing."""
    columns = [way.column for way in part.stimuli.conditions]
    ranks = pd.DataFrame(answered[..., RANK].short().numpy(), columns=columns)
    known = {"part": name, "picture": part.stimuli.table["picture"].to_numpy(), "label": part.classes.numpy()}
    return pd.concat([pd.DataFrame(known), ranks], axis=1)

"""The job that judges visualisations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import encoder_of
from vitatlas.errors import UserError
from vitatlas.features.quality.judge import embeddings, in_batches
from vitatlas.features.quality.measure import Natural, by_feature, by_group, of_pictures
from vitatlas.features.quality.names import FEATURE
from vitatlas.features.quality.natural import batches, by_unit, pictures_at, top_of
from vitatlas.features.quality.spec import QualitySpec
from vitatlas.jobs.job import Job
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.tables import write_table
from vitatlas.models.encoder import Encoder

REMEDY = "delete the images with their table and make them again"


def visualisation_quality(job: Job[QualitySpec]) -> None:
    """Write the quality of features and of layers.

    `table`: model, run, site, layer, set, preset, parametrisation, weight, weight_units, unit, quantity, value, n
    (replicates). `groups`: model, run, site, layer, set, preset, parametrisation, weight, weight_units, quantity,
    value, low, high, n (features). Quantities: high_frequency, peak_width (pixels), activation (in standard deviations
    of natural scores), percentile, agreement, partner, natural, natural_partner, told_apart, and as shares of
    replicates exceeds (the 99th percentile of natural scores), repeats (agreement above 0) and works (both).

    Raises:
        UserError: Images and table do not fit each other; the judge is the network that is judged; weights or pictures
            that cannot be read; no GPU where one was asked for.
    """
    spec = job.spec
    images, table = load_visualisations(job.input.images, job.input.table)
    if spec.encoder.name in set(table["model"]):
        raise UserError(
            f"'{spec.encoder.name}' would judge pictures of its own features",
            where="key `judges`",
            remedy="name another network",
        )
    device = Device(spec.compute)
    encoder = encoder_of(job, spec.encoder, device)
    about: dict[str, Any] = {"judge": spec.encoder.name, "judge_run": spec.encoder.run}
    natural = _natural(job, table, encoder, device)
    title = f"visualisations seen by {spec.encoder.name}"
    embedded = embeddings(encoder, in_batches(images, spec.batch), len(images), title, device)
    features = by_feature(of_pictures(images, table, embedded, natural))
    write_table(job, job.output.table, features.assign(**about), **about)
    groups = by_group(features, spec.draws, derive_seed(spec.seed, "quality"))
    write_table(job, job.output.groups, groups.assign(**about), **about)


def load_visualisations(images: Path, table: Path) -> tuple[np.ndarray, pd.DataFrame]:
    """Visualisations, uint8 [N, S, S, 3], mapped from the file, and what they are of.

    Raises:
        UserError: They cannot be read, or do not fit each other; a picture is there twice.
    """
    try:
        array, rows = np.load(images, mmap_mode="r", allow_pickle=False), pd.read_parquet(table)
    except (OSError, ValueError, EOFError) as error:
        raise UserError(f"the visualisations cannot be read: {error}", where=images, remedy=REMEDY) from error
    wanted = array.ndim == 4 and array.shape[1] == array.shape[2] and array.shape[3] == 3
    if not wanted or array.dtype != np.uint8 or len(array) != len(rows) or not len(rows):
        raise UserError(
            f"the images do not fit their table: {array.dtype} {array.shape} for {len(rows)} rows",
            where=images,
            remedy=REMEDY,
        )
    twice = rows.duplicated([*FEATURE, "replicate"])
    if twice.any():
        unit = rows[twice].iloc[0]
        raise UserError(
            f"unit {unit['unit']} of {unit['site']}, layer {unit['layer']}, is there twice", where=table, remedy=REMEDY
        )
    return array, rows


def _natural(job: Job[QualitySpec], table: pd.DataFrame, encoder: Encoder, device: Device) -> Natural | None:
    """The mean embedding of each unit's natural top pictures; None where none are to be compared."""
    spec = job.spec
    if spec.pictures is None:
        return None
    top = top_of(job.input.top, table, spec.top)
    order, parts = pictures_at(top, spec.pictures, encoder, job.input.all("indexes"))
    title = f"natural pictures seen by {spec.encoder.name}"
    seen = embeddings(encoder, batches(parts, spec.batch), len(order), title, device)
    return by_unit(top, order, seen)

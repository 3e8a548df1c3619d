"""The chunks that the job that visualises is to run, checked before anything long does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import torch

from vitatlas.device import Device
from vitatlas.encoders.seen.encoder import encoder_of
from vitatlas.errors import UserError
from vitatlas.features.config.visualise import FeatureSet
from vitatlas.features.visualise.ascent import Task
from vitatlas.features.visualise.chunks import Feature, chunks_of, features_of, require_units
from vitatlas.features.visualise.natural import REMEDY, natural_scores
from vitatlas.features.visualise.place import Place, place_of
from vitatlas.features.visualise.spec import VisualiseSpec
from vitatlas.features.visualise.spectrum import load_magnitudes
from vitatlas.jobs.job import Job
from vitatlas.models.encoder import Encoder


@dataclass(frozen=True)
class Planned:
    """One chunk.

    Attributes:
        name: Of its set.
        weight_units: In what the set's weights of total variation are counted.
        task: Its features, and how they are optimised.
        natural: The moments of their units' scores of natural pictures, one row each; None where there are none.
    """

    name: str
    weight_units: str
    task: Task
    natural: pd.DataFrame | None


def plan_of(job: Job[VisualiseSpec], device: Device) -> list[Planned]:
    """The chunks of a job, in order, with the encoder loaded and frozen.

    Raises:
        UserError: A layer, site or unit that the network has not; a feature twice; a jitter as wide as the picture;
            scores or a spectrum that are missing or of another model; weights that do not fit.
    """
    spec = job.spec
    features = {name: features_of(wanted) for name, wanted in spec.sets.items()}
    encoder = encoder_of(job, spec.encoder, device).requires_grad_(False)
    needed = dict.fromkeys(one.place for some in features.values() for one in some)
    places = {key: place_of(encoder, key[1], key[0], device) for key in needed}
    return [one for name, some in features.items() for one in _of_set(job, name, some, encoder, places)]


def _of_set(
    job: Job[VisualiseSpec],
    name: str,
    features: Sequence[Feature],
    encoder: Encoder,
    places: Mapping[tuple[str, int], Place],
) -> Iterator[Planned]:
    """The chunks of one set."""
    spec, wanted = job.spec, job.spec.sets[name]
    _require_jitter(wanted, encoder.side)
    natural, magnitudes, first = _natural(job, wanted, features), _magnitudes(job, wanted, encoder), 0
    for chunk in chunks_of(features, spec.together):
        place = places[chunk[0].place]
        require_units(chunk, place)
        scores = None if natural is None else natural.iloc[first : first + len(chunk)]
        first += len(chunk)
        seeds = [one.seed(spec.seed, spec.encoder.name, spec.encoder.run) for one in chunk]
        units = [1.0] * len(chunk) if wanted.weight_units == "activation" or scores is None else scores["sd"].tolist()
        task = Task(chunk, place, seeds, units, wanted.settings, wanted.protocol, magnitudes)
        yield Planned(name, wanted.weight_units, task, scores)


def _require_jitter(wanted: FeatureSet, side: int) -> None:
    jitter = wanted.settings.jitter_of(side)
    if wanted.settings.augmented and jitter >= side:
        raise UserError(
            f"a jitter of {jitter} pixels is as wide as the picture, which has {side}",
            where="key 'jitter' of the set's settings",
            remedy=f"take at most {side - 1}, or null for a twelfth of the side",
        )


def _natural(job: Job[VisualiseSpec], wanted: FeatureSet, features: Sequence[Feature]) -> pd.DataFrame | None:
    if not job.input.all("moments"):
        if wanted.weight_units == "sd":
            raise UserError(
                "weights per standard deviation need the scores of natural pictures",
                where="--input moments",
                remedy=f"{REMEDY}, or give weights in units of activation",
            )
        return None
    spec = job.spec
    return natural_scores(job.input.moments, spec.part, spec.encoder.name, spec.encoder.run, features)


def _magnitudes(job: Job[VisualiseSpec], wanted: FeatureSet, encoder: Encoder) -> torch.Tensor | None:
    if wanted.settings.parametrisation != "maco":
        return None
    return load_magnitudes(job.input.spectrum, encoder.side)

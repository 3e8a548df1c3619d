"""The jobs that visualise and map the units that a page shows. Which units these are, the scores tell: the
configuration alone does not know how many layers a network has, nor what they are called.
"""

from __future__ import annotations

import pandas as pd

from vitatlas.encoders.seen.own import PART
from vitatlas.features.config.visualise import FeatureGroup, FeatureSet
from vitatlas.features.maps.job import unit_maps
from vitatlas.features.maps.spec import MapsSpec, SelectiveFor, UnitsOfLayer
from vitatlas.features.own.choose import UnitsOfSite, chosen_units
from vitatlas.features.own.spec import OwnMapsSpec, OwnVisualiseSpec
from vitatlas.features.visualise.job import visualise
from vitatlas.features.visualise.spec import VisualiseSpec
from vitatlas.jobs.job import Job

NOT_KNOWN = SelectiveFor(attributes=["label"], least=1.0)
"""No unit: of a user's pictures it is not known what units are selective for."""

SET = "own"
"""The name of the only set of features."""


def own_visualise(job: Job[OwnVisualiseSpec]) -> None:
    """Write the pictures, and one row for each, as the job `visualise` does.

    Raises:
        UserError: As `visualise`.
        SystemExit: Stopped by a signal; what is done is kept.
    """
    spec = job.spec
    groups = [FeatureGroup(site=one.site, layer=one.layer, units=one.units) for one in _shown(job)]
    whole = VisualiseSpec(
        encoder=spec.encoder,
        sets={SET: FeatureSet(features=groups, weights=[spec.weight], settings=spec.settings)},
        together=spec.together,
        part=PART,
        seed=spec.seed,
        compute=spec.compute,
    )
    visualise(Job(job.input, job.output, whole, job.raw_spec, job.name))


def own_maps(job: Job[OwnMapsSpec]) -> None:
    """Write maps, measures and thumbnails, as the job `unit_maps` does.

    That also measures one unit per layer which it draws at random, on one random picture: it cannot do without.

    Raises:
        UserError: As `unit_maps`.
        SystemExit: Stopped by a signal; the layers so far are kept.
    """
    spec = job.spec
    whole = MapsSpec(
        encoder=spec.encoder,
        pictures=spec.pictures,
        shown=[UnitsOfLayer(layer=one.layer, units=one.units) for one in _shown(job)],
        units=1,
        kept=0,
        top=spec.top,
        by=["mean"],
        random=1,
        shifts=[],
        of_object=NOT_KNOWN,
        of_place=NOT_KNOWN,
        seed=spec.seed,
        compute=spec.compute,
    )
    unit_maps(Job(job.input, job.output, whole, job.raw_spec, job.name))


def _shown(job: Job[OwnVisualiseSpec] | Job[OwnMapsSpec]) -> list[UnitsOfSite]:
    return chosen_units(pd.read_parquet(job.input.units), job.spec.shown)

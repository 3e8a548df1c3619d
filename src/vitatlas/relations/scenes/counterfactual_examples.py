"""The job that draws example counterfactuals, for the drawings of methods (figures 3a and 4a)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vitatlas.images import png
from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.counterfactuals import PROPERTIES, Counterfactuals
from vitatlas.relations.scenes.examples import draw
from vitatlas.relations.scenes.files import counterfactuals_by_name
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.spec import CounterfactualExamplesSpec

# By picture, the object that matters in it and its partner, as attributes of `Counterfactuals`.
PICTURES = {"base": ("edited", "partner"), "source": ("given", "other"), "edited": ("edited", "partner")}


def counterfactual_examples(job: Job[CounterfactualExamplesSpec]) -> None:
    """Write a table with one row per picture of an example.

    Columns: task, setting, split, property, direction, pair, example (row of the set), picture ("base", "source", or
    "edited": the base image as it would look after the edit), label (of that picture), png, left and top (upper left
    pixel of the box of the object that matters: the one edited, or the one that gives its value), partner_left and
    partner_top (of its partner; in the source image, of the control's object), box (side of a box in pixels).

    Raises:
        UserError: A set is missing, damaged, empty, or of another geometry, task or setting.
    """
    spec = job.spec
    expected = {"task": spec.task, "setting": spec.setting}
    names = [(name, spec.split) for name in PROPERTIES]
    files = counterfactuals_by_name(job.input.all("counterfactuals"), names, **expected)
    tables = []
    for (name, _), path in files.items():
        found = Counterfactuals.load(path, spec.geometry)
        keys = pd.DataFrame({"direction": found.direction, "pair": found.pair})
        rows = keys.groupby(["direction", "pair"], sort=True).head(spec.per_direction).index.to_numpy()
        chosen = keys.iloc[rows].assign(property=name, example=rows)
        tables += [_pictures(found[rows], chosen, picture, spec) for picture in PICTURES]
    table = pd.concat(tables, ignore_index=True).assign(**expected, split=spec.split)
    write_table(job, job.output.table, table)


def _pictures(
    found: Counterfactuals, rows: pd.DataFrame, picture: str, spec: CounterfactualExamplesSpec
) -> pd.DataFrame:
    scenes = found.edited_scenes() if picture == "edited" else getattr(found, picture)
    images = [png.encode(image) for image in draw(scenes, spec.geometry, spec.noise_std)]
    matters, partner = (_corners(scenes, getattr(found, role), spec.geometry) for role in PICTURES[picture])
    return rows.assign(
        picture=picture,
        label=scenes.label,
        png=images,
        left=matters[0],
        top=matters[1],
        partner_left=partner[0],
        partner_top=partner[1],
        box=spec.geometry.object,
    )


def _corners(scenes: Scenes, objects: np.ndarray, geometry: Geometry) -> tuple[np.ndarray, np.ndarray]:
    """x and y of the upper left pixels of the boxes of one object per scene."""
    rows = np.arange(len(scenes))
    col, row = (corner[rows, objects].astype(np.int64) * geometry.patch for corner in (scenes.col, scenes.row))
    return col, row

"""The job that draws example counterfactuals, for the drawings of methods (figures 3a and 4a)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from vitatlas.config.models import Geometry
from vitatlas.files import atomic
from vitatlas.jobs import Job, Spec
from vitatlas.stimuli import png
from vitatlas.stimuli.counterfactuals import PROPERTIES, Counterfactuals
from vitatlas.stimuli.examples import draw
from vitatlas.stimuli.scenes import Scenes

# By picture, the object that matters in it and its partner, as attributes of `Counterfactuals`.
PICTURES = {"base": ("edited", "partner"), "source": ("given", "other"), "edited": ("edited", "partner")}


class CounterfactualImages(Spec):
    """Examples of either direction. Inputs `shape` and `color`, the counterfactual sets of a split; output `table`."""

    task: str
    setting: str
    split: str
    geometry: Geometry
    noise_std: float = Field(ge=0)
    per_direction: int = Field(default=2, gt=0, description="examples per property, direction and pair")


def counterfactual_images(job: Job[CounterfactualImages]) -> None:
    """Write a table with one row per picture of an example.

    Columns: task, setting, split, property, direction, pair, example (row of the set), picture ("base", "source", or
    "edited": the base image as it would look after the edit), label (of that picture), png, left and top (upper left
    pixel of the box of the object that matters: the one edited, or the one that gives its value), partner_left and
    partner_top (of its partner; in the source image, of the control's object), box (side of a box in pixels).

    Raises:
        UserError: A set is missing, damaged, empty, or of another geometry, task, setting, property or split.
    """
    spec = job.spec
    expected = {"task": spec.task, "setting": spec.setting, "split": spec.split}
    tables = []
    for name in PROPERTIES:
        found = Counterfactuals.load(getattr(job.input, name), spec.geometry, property=name, **expected)
        keys = pd.DataFrame({"direction": found.direction, "pair": found.pair})
        rows = keys.groupby(["direction", "pair"], sort=True).head(spec.per_direction).index.to_numpy()
        chosen = keys.iloc[rows].assign(property=name, example=rows)
        tables += [_pictures(found[rows], chosen, picture, spec) for picture in PICTURES]
    table = pd.concat(tables, ignore_index=True).assign(**expected)
    with atomic(job.output.table) as part:
        table.to_parquet(part, index=False)


def _pictures(found: Counterfactuals, rows: pd.DataFrame, picture: str, spec: CounterfactualImages) -> pd.DataFrame:
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

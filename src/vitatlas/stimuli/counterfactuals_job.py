"""The job that makes the counterfactual sets of one task and setting."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.config.models import Geometry
from vitatlas.errors import UserError
from vitatlas.jobs import Job, Spec
from vitatlas.stimuli.counterfactuals_sets import make_counterfactuals
from vitatlas.stimuli.scenes import Scenes, read_metadata


class MakeCounterfactuals(Spec):
    """Inputs: the scene tables of the splits named in `sizes`. Outputs: one Parquet file per property and split."""

    task: str
    setting: str
    properties: list[Literal["shape", "color"]] = Field(min_length=1)
    geometry: Geometry
    sizes: dict[str, int]
    reuse: int = Field(default=1, gt=0)
    seed: int


def make_counterfactual_sets(job: Job[MakeCounterfactuals]) -> None:
    """Generate and write the set of every property and split as output `<property>_<split>`.

    Raises:
        UserError: Scenes that are damaged or of another task, setting, split or geometry; too few base images.
    """
    spec = job.spec
    for split, size in spec.sizes.items():
        path = getattr(job.input, split)
        about = {"task": spec.task, "setting": spec.setting, "split": split}
        found = read_metadata(path)
        for key, value in {**about, "geometry": spec.geometry.model_dump()}.items():
            if found.get(key) != value:
                raise UserError(f"the scenes are of {key} {found.get(key)}, wanted is {value}", where=path)
        scenes = Scenes.load(path)
        for name in spec.properties:
            made = make_counterfactuals(scenes, name, split, size, spec.geometry, spec.seed, spec.reuse)
            made.save(getattr(job.output, f"{name}_{split}"), spec.geometry, **about, seed=spec.seed)

"""The job that makes the counterfactual sets of one task and setting."""

from __future__ import annotations

from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table
from vitatlas.relations.scenes.counterfactuals_sets import make_counterfactuals
from vitatlas.relations.scenes.files import scenes_by_split
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.spec import CounterfactualsSpec


def make_counterfactual_sets(job: Job[CounterfactualsSpec]) -> None:
    """Generate and write the set of every property and split.

    Raises:
        UserError: Scenes that are damaged, or missing of a split, or of another task, setting or geometry; too few base
            images; no output of a set's name.
    """
    spec, geometry = job.spec, job.spec.geometry
    cell = {"task": spec.task, "setting": spec.setting, "geometry": geometry.model_dump()}
    for split, path in scenes_by_split(job.input.all("scenes"), spec.sizes, **cell).items():
        scenes = Scenes.load(path)
        for name in spec.properties:
            made = make_counterfactuals(scenes, name, split, spec.sizes[split], geometry, spec.seed, spec.reuse)
            output = job.output.ending("counterfactuals", f"{name}/{split}.parquet")
            write_table(job, output, made.to_frame(geometry), property=name, split=split, seed=spec.seed, **cell)

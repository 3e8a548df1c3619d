"""The job that makes the scene tables of one task and setting."""

from __future__ import annotations

from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table
from vitatlas.relations.scenes.sets import make_split
from vitatlas.relations.scenes.spec import ScenesSpec


def make_scenes(job: Job[ScenesSpec]) -> None:
    """Generate and write every split named in `sizes`.

    Raises:
        UserError: An unknown task, setting or split, a size below 1, objects that do not fit the canvas, or no output
            of a split's name.
    """
    spec = job.spec
    for split, size in spec.sizes.items():
        scenes = make_split(spec.task, spec.setting, split, size, spec.geometry, spec.seed)
        about = {"task": spec.task, "setting": spec.setting, "split": split, "seed": spec.seed}
        about |= {"geometry_name": spec.geometry_name, "geometry": spec.geometry.model_dump()}
        write_table(job, job.output.ending("scenes", f"{split}.parquet"), scenes.to_frame(), **about)

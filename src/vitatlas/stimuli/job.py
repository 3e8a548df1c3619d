"""The job that makes the scene tables of one task and setting."""

from __future__ import annotations

from vitatlas.config.models import Geometry
from vitatlas.jobs import Job, Spec
from vitatlas.stimuli.sets import make_split


class MakeScenes(Spec):
    """Which tables to make. Outputs: one Parquet file per split, named by the split with `_` for `-`."""

    task: str
    setting: str
    geometry: Geometry
    geometry_name: str
    sizes: dict[str, int]
    seed: int


def make_scenes(job: Job[MakeScenes]) -> None:
    """Generate and write every split named in `sizes`.

    Raises:
        UserError: An unknown task, setting or split, a size below 1, or objects that do not fit the canvas.
    """
    spec = job.spec
    for split, size in spec.sizes.items():
        scenes = make_split(spec.task, spec.setting, split, size, spec.geometry, spec.seed)
        scenes.save(
            getattr(job.output, split.replace("-", "_")),
            task=spec.task,
            setting=spec.setting,
            split=split,
            seed=spec.seed,
            geometry_name=spec.geometry_name,
            geometry=spec.geometry.model_dump(),
        )

"""The job that draws the scenes of the photorealistic set for one size of image."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vitatlas.errors import SectionError
from vitatlas.images.photoreal import masks
from vitatlas.images.photoreal.draw import Pair, draw, pairs
from vitatlas.images.photoreal.folders import SECTION
from vitatlas.images.photoreal.scene import Scene, as_table
from vitatlas.images.photoreal.spec import PhotorealScenesSpec
from vitatlas.images.photoreal.studio import Studio
from vitatlas.jobs.job import Job
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.tables import write_table

TRIES = 100  # per scene; of the built-in objects' scenes, about one in two is kept


def photoreal_scenes(job: Job[PhotorealScenesSpec]) -> None:
    """Write a table of scenes, half of them of two same objects, in which both objects can be seen.

    Raises:
        UserError: Mitsuba is missing; a folder, mesh or texture of the user's cannot be used; an object cannot be seen
            well enough however it is placed.
    """
    spec, settings = job.spec, job.spec.rendering
    own = settings.meshes
    with Studio(settings.variant, own.folder if own else None, settings.textures) as studio:
        rng = np.random.default_rng(derive_seed(spec.seed, "pairs"))
        radii = {name: studio.library.radius(name) for name in studio.library.names}
        wanted = pairs(list(radii), spec.images, rng)
        with Progress(len(wanted), f"photorealistic scenes, {spec.canvas} px", "scene") as progress:
            scenes = []
            for number, pair in enumerate(wanted):
                both = (radii[pair.first.object], radii[pair.second.object])
                scenes.append(_scene(number, pair, both, spec, studio))
                progress.step(1)
    write_table(job, job.output.scenes, as_table(scenes), seed=spec.seed, license=own.license if own else None)


def _scene(number: int, pair: Pair, radii: tuple[float, float], spec: PhotorealScenesSpec, studio: Studio) -> Scene:
    problem = ""
    for attempt in range(TRIES):
        rng = np.random.default_rng(derive_seed(spec.seed, number, attempt))
        scene = draw(number, pair, radii, studio.table_tops, spec.canvas, spec.rendering, rng)
        problem = flaw(scene, studio.mask, spec.patches, spec.patch_share, spec.rendering.occlusion)
        if not problem:
            return scene
    raise SectionError(
        f"none of {TRIES} random scenes of '{pair.first.object}' and '{pair.second.object}' shows both objects; of the "
        f"last one, {problem}",
        section=SECTION,
        where=f"scene {number}",
        remedy="lower {section}.distance or {section}.patch_share, raise {section}.occlusion, or take the object out",
    )


def flaw(
    scene: Scene,
    mask: Callable[..., masks.Mask],
    patches: list[int],
    patch_share: float,
    occlusion: float,
) -> str:
    """Why a scene cannot be used, in words; empty if it can.

    Args:
        mask: See `Studio.mask`.
        patches, patch_share: See `PhotorealScenesSpec`.
        occlusion: Largest share of an object that may be hidden.
    """
    both = mask(scene)
    for number in masks.unseen(both, patches, patch_share):
        return f"'{scene.objects[number - 1].object}' owns no patch"
    for number, placed in enumerate(scene.objects, start=1):
        alone = mask(scene, only=number)
        if masks.cut(alone):
            return f"'{placed.object}' is cut by the image's edge"
        if masks.hidden(both, alone, number) > occlusion:
            return f"'{placed.object}' is hidden too far"
    return ""

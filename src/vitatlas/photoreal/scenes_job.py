"""The job that draws the scenes of the photorealistic set for one size of image."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from pydantic import Field

from vitatlas.config.photoreal import Rendering
from vitatlas.errors import UserError
from vitatlas.jobs import Job, Spec
from vitatlas.photoreal import masks
from vitatlas.photoreal.draw import Pair, draw, pairs
from vitatlas.photoreal.scene import Scene, save
from vitatlas.photoreal.studio import Studio
from vitatlas.progress import Progress
from vitatlas.seeds import derive_seed

TRIES = 100  # per scene; of the built-in objects' scenes, about one in two is kept


class PhotorealScenes(Spec):
    """Output `scenes`.

    Attributes:
        patches: Sides of the patches of all models that take images of this size.
        patch_share: See `masks.owned`.
    """

    canvas: int = Field(gt=0)
    patches: list[int] = Field(min_length=1)
    patch_share: float
    images: int = Field(gt=0)
    rendering: Rendering
    seed: int


def photoreal_scenes(job: Job[PhotorealScenes]) -> None:
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
                scenes.append(_scene(number, pair, (radii[pair[0]], radii[pair[1]]), spec, studio))
                progress.step(1)
    save(scenes, job.output.scenes, seed=spec.seed, license=own.license if own else None)


def _scene(number: int, pair: Pair, radii: tuple[float, float], spec: PhotorealScenes, studio: Studio) -> Scene:
    problem = ""
    for attempt in range(TRIES):
        rng = np.random.default_rng(derive_seed(spec.seed, number, attempt))
        scene = draw(number, pair, radii, studio.table_tops, spec.canvas, spec.rendering, rng)
        problem = flaw(scene, studio.mask, spec.patches, spec.patch_share, spec.rendering.occlusion)
        if not problem:
            return scene
    raise UserError(
        f"none of {TRIES} random scenes of '{pair[0]}' and '{pair[1]}' shows both objects; of the last one, {problem}",
        where=f"scene {number}",
        remedy="lower photoreal.distance or photoreal.patch_share, raise photoreal.occlusion, or take the object out",
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
        patches, patch_share: See `PhotorealScenes`.
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

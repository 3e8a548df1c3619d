"""Draw the scenes of the photorealistic set for one size of image."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.photoreal.scenes_job import PhotorealScenes, photoreal_scenes

if __name__ == "__main__":
    run(photoreal_scenes, PhotorealScenes)

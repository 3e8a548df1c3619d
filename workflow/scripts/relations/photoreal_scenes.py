"""Draw the scenes of the photorealistic set for one size of image."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.errors import keys_below
from vitatlas.images.photoreal.scenes_job import photoreal_scenes
from vitatlas.images.photoreal.spec import PhotorealScenesSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(keys_below("relations")(photoreal_scenes), PhotorealScenesSpec)

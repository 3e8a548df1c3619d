"""Draw pictures of the picture world for people."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.images.world.job import world_pictures
from vitatlas.images.world.spec import WorldPicturesSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(world_pictures, WorldPicturesSpec)

"""Make the scene tables of one task and setting."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.scenes.job import make_scenes
from vitatlas.relations.scenes.spec import ScenesSpec

if __name__ == "__main__":
    run(make_scenes, ScenesSpec)

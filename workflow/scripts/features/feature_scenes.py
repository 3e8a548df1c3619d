"""Render the scenes of one part of the pictures."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.encoders.seen.scenes_job import render_scenes
from vitatlas.encoders.seen.scenes_spec import ScenesSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(render_scenes, ScenesSpec)

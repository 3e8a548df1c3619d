"""Render a share of the photorealistic scenes; interrupted, go on with what is missing."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.errors import keys_below
from vitatlas.images.photoreal.render_job import render_photoreal
from vitatlas.images.photoreal.spec import RenderPhotorealSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(keys_below("relations")(render_photoreal), RenderPhotorealSpec)

"""Pick examples of the photorealistic set for a figure."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.images.photoreal.examples import photoreal_examples
from vitatlas.images.photoreal.spec import PhotorealExamplesSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(photoreal_examples, PhotorealExamplesSpec)

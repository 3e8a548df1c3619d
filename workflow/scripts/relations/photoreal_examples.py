"""Pick examples of the photorealistic set for a figure."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.errors import keys_below
from vitatlas.jobs.job import run
from vitatlas.relations.photoreal.examples import photoreal_examples
from vitatlas.relations.photoreal.spec import PhotorealExamplesSpec

if __name__ == "__main__":
    run(keys_below("relations")(photoreal_examples), PhotorealExamplesSpec)

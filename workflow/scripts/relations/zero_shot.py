"""Show photorealistic images to fine-tuned models: their answers, and where they attend."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.photoreal.job import zero_shot
from vitatlas.relations.photoreal.spec import ZeroShotSpec

if __name__ == "__main__":
    run(zero_shot, ZeroShotSpec)

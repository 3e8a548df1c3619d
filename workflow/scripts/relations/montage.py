"""Draw the first scenes of a table as one image, to look at."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.scenes.examples import montage
from vitatlas.relations.scenes.spec import MontageSpec

if __name__ == "__main__":
    run(montage, MontageSpec)

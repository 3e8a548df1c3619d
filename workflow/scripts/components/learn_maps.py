"""Learn maps from components into the space of texts."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.align.job import learn_maps
from vitatlas.components.align.spec import AlignSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(learn_maps, AlignSpec)

"""Map units of a user's own model on their top pictures."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.own.job import own_maps
from vitatlas.features.own.spec import OwnMapsSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(own_maps, OwnMapsSpec)

"""Map units over the patches of pictures."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.maps.job import unit_maps
from vitatlas.features.maps.spec import MapsSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(unit_maps, MapsSpec)

"""Make heat-maps of the heads of one encoder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.heatmaps.job import heatmaps
from vitatlas.components.heatmaps.spec import HeatmapsSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(heatmaps, HeatmapsSpec)

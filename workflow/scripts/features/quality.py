"""Judge the visualisations of one set."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.quality.job import visualisation_quality
from vitatlas.features.quality.spec import QualitySpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(visualisation_quality, QualitySpec)

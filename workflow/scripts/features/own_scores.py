"""Score every unit of a user's own model on the user's pictures."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.top.job import unit_scores
from vitatlas.features.top.spec import UnitScoresSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(unit_scores, UnitScoresSpec)

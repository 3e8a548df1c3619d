"""Score the components of one encoder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.score.job import component_scores
from vitatlas.components.score.spec import ScoresSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(component_scores, ScoresSpec)

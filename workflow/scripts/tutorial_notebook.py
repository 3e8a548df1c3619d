"""Tell the story of the paper with the tier's own numbers: execute the notebook under docs/tutorial."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.artifacts.tutorial import make_tutorial
from vitatlas.artifacts.tutorial_spec import TutorialSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(make_tutorial, TutorialSpec)

"""Make a head for an encoder that has none."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.classify.job import classifier
from vitatlas.components.classify.spec import ClassifierSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(classifier, ClassifierSpec)

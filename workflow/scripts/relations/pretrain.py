"""Pretrain one small backbone on scenes of several objects."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.pretraining.job import pretrain
from vitatlas.relations.pretraining.spec import PretrainSpec

if __name__ == "__main__":
    run(pretrain, PretrainSpec)

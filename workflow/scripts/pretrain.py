"""Pretrain one small backbone on scenes of several objects."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.training.pretraining.job import Pretrain, pretrain

if __name__ == "__main__":
    run(pretrain, Pretrain)

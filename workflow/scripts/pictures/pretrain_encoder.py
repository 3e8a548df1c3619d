"""Pretrain one encoder on the picture world."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.encoders.job import pretrain_encoder
from vitatlas.encoders.spec import PretrainEncoderSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(pretrain_encoder, PretrainEncoderSpec)

"""Measure what one encoder knows of the picture world."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.encoders.quality.measure import encoder_quality
from vitatlas.encoders.spec import EncoderQualitySpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(encoder_quality, EncoderQualitySpec)

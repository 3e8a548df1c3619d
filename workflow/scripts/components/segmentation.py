"""Segment pictures by the logit of their class."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.segmentation.job import segmentation
from vitatlas.components.segmentation.spec import SegmentationSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(segmentation, SegmentationSpec)

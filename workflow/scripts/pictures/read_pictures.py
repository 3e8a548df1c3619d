"""Read the pictures of one data set through one encoder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.encoders.readings import read_pictures
from vitatlas.encoders.spec import ReadPicturesSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(read_pictures, ReadPicturesSpec)

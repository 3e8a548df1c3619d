"""Find pictures by a picture."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.retrieve.by_picture import retrieval_by_picture
from vitatlas.components.retrieve.spec import ByPictureSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(retrieval_by_picture, ByPictureSpec)

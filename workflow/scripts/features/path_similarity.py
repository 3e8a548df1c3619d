"""Compare made and natural pictures of units, layer by layer."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.path_similarity.job import path_similarity
from vitatlas.features.path_similarity.spec import PathSimilaritySpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(path_similarity, PathSimilaritySpec)

"""Show on one page what units of a user's own model respond to."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.own.page import own_features
from vitatlas.features.own.page_spec import OwnPageSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(own_features, OwnPageSpec)

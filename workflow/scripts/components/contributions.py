"""Take the representations of pictures by one encoder apart."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.store.job import contributions
from vitatlas.components.store.spec import ContributionsSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(contributions, ContributionsSpec)

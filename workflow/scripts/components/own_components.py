"""Find the components of a user's own model that carry words."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.own.job import own_components
from vitatlas.components.own.spec import OwnSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(own_components, OwnSpec)

"""Follow one image through a model: where a few heads look in it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.attention.spec import WalkthroughSpec
from vitatlas.relations.attention.walkthrough import walkthrough

if __name__ == "__main__":
    run(walkthrough, WalkthroughSpec)

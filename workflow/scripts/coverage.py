"""List every figure and table of the papers: made, not made yet and why, or not in this tier."""

import _project  # noqa: F401
from vitatlas.artifacts.coverage import Coverage, coverage
from vitatlas.jobs import run

if __name__ == "__main__":
    run(coverage, Coverage)

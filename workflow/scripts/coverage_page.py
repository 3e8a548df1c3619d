"""List every figure and table of the papers: made, not made yet and why, or not in this tier."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.report.coverage import coverage_page
from vitatlas.report.spec import CoverageSpec

if __name__ == "__main__":
    run(coverage_page, CoverageSpec)

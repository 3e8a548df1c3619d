"""Make the page of one paper: verdicts, figures and tables with their numbers, and what all of it took."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.report.job import make_page
from vitatlas.report.spec import PageSpec

if __name__ == "__main__":
    run(make_page, PageSpec)

"""Write the table of the numbers that a paper published."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.verdicts.job import published_table
from vitatlas.verdicts.spec import PublishedSpec

if __name__ == "__main__":
    run(published_table, PublishedSpec)

"""Judge a tier's results against what the relations paper published: table, page and badge."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.readings import READERS, by_protocol, of_published
from vitatlas.verdicts.job import judging
from vitatlas.verdicts.spec import VerdictSpec

if __name__ == "__main__":
    run(judging(READERS, of_published, by_protocol), VerdictSpec)

"""Find pictures by texts."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.retrieve.by_text import retrieval_by_text
from vitatlas.components.retrieve.spec import ByTextSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(retrieval_by_text, ByTextSpec)

"""Measure where objects attend, for all variants of auxiliary losses and all runs of one cell."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.attention.job import attention
from vitatlas.relations.attention.spec import AttentionSpec

if __name__ == "__main__":
    run(attention, AttentionSpec)

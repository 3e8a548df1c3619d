"""Ask whether a model compares novel representations of shapes and colours, at every layer."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.novel.job import novel
from vitatlas.relations.novel.spec import NovelSpec

if __name__ == "__main__":
    run(novel, NovelSpec)

"""Ask whether a model compares novel representations of shapes and colours, at every layer."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.relations.novel_job import NovelJob, novel

if __name__ == "__main__":
    run(novel, NovelJob)

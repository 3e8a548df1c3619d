"""Draw one figure: execute its family's notebook, which writes PDF, PNG and the plotted values as CSV."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.artifacts.draw import draw_figure
from vitatlas.artifacts.spec import AnyArtifactSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(draw_figure, AnyArtifactSpec)

"""Draw one figure: execute its family's notebook, which writes PDF, PNG and the plotted values as CSV."""

import _project  # noqa: F401
from vitatlas.artifacts.draw import draw_figure
from vitatlas.artifacts.spec import ArtifactSpec
from vitatlas.jobs import run

if __name__ == "__main__":
    run(draw_figure, ArtifactSpec)

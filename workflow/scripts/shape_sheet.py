"""Draw all silhouettes and colours, for the figure that lists them."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.stimuli.examples import ShapeSheet, shape_sheet

if __name__ == "__main__":
    run(shape_sheet, ShapeSheet)

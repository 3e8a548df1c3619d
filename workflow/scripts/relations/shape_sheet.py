"""Draw all silhouettes and colours, for the figure that lists them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.scenes.examples import shape_sheet
from vitatlas.relations.scenes.spec import ShapeSheetSpec

if __name__ == "__main__":
    run(shape_sheet, ShapeSheetSpec)

"""Write scene tables as folders of PNG images, in the layout of the authors' code."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.scenes.export import export_stimuli
from vitatlas.relations.scenes.spec import ExportStimuliSpec

if __name__ == "__main__":
    run(export_stimuli, ExportStimuliSpec)

"""Write scene tables as folders of PNG images, in the layout of the authors' code."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.stimuli.export import ExportStimuli, export_stimuli

if __name__ == "__main__":
    run(export_stimuli, ExportStimuli)

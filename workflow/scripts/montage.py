"""Draw the first scenes of a table as one image, to look at."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.stimuli.examples import Montage, make_montage

if __name__ == "__main__":
    run(make_montage, Montage)

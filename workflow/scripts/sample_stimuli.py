"""Draw examples of both labels, for the stimulus figures."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.stimuli.examples import StimulusImages, stimulus_images

if __name__ == "__main__":
    run(stimulus_images, StimulusImages)

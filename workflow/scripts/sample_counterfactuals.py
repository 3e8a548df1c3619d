"""Draw examples of counterfactuals, for the drawings of methods."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.stimuli.counterfactual_examples import CounterfactualImages, counterfactual_images

if __name__ == "__main__":
    run(counterfactual_images, CounterfactualImages)

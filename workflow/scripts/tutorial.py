"""Tell the story of the paper with the tier's own numbers: execute the notebook under docs/tutorial."""

import _project  # noqa: F401
from vitatlas.artifacts.tutorial import make_tutorial
from vitatlas.artifacts.tutorial_spec import TutorialSpec
from vitatlas.jobs import run

if __name__ == "__main__":
    run(make_tutorial, TutorialSpec)

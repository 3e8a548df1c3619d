"""Make the scene tables of one task and setting."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.stimuli.job import MakeScenes, make_scenes

if __name__ == "__main__":
    run(make_scenes, MakeScenes)

"""Draw examples of both labels, for the stimulus figures."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.scenes.examples import stimulus_samples
from vitatlas.relations.scenes.spec import StimulusSamplesSpec

if __name__ == "__main__":
    run(stimulus_samples, StimulusSamplesSpec)

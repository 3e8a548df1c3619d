"""Take the mean magnitude spectrum of pictures."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.visualise.spec import SpectrumSpec
from vitatlas.features.visualise.spectrum import spectrum
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(spectrum, SpectrumSpec)

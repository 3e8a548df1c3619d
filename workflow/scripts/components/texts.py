"""Embed the texts of features."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.texts.job import texts
from vitatlas.components.texts.spec import TextsSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(texts, TextsSpec)

"""Label the components of one encoder with texts."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.labels.job import component_labels
from vitatlas.components.labels.spec import LabelsSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(component_labels, LabelsSpec)

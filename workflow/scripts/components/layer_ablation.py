"""Set more and more layers of one encoder to their means."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.ablation.job import layer_ablation
from vitatlas.components.ablation.spec import AblationSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(layer_ablation, AblationSpec)

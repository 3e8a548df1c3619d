"""Keep class tokens apart from patches, and let the head read single patches."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.last_layer.job import last_layer
from vitatlas.features.last_layer.spec import LastLayerSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(last_layer, LastLayerSpec)

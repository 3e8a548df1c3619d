"""Put photorealistic images side by side, to look at."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.images.photoreal.sheet import photoreal_sheet
from vitatlas.images.photoreal.spec import PhotorealSheetSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(photoreal_sheet, PhotorealSheetSpec)

"""Put photorealistic images side by side, to look at."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.photoreal.sheet import PhotorealSheet, photoreal_sheet

if __name__ == "__main__":
    run(photoreal_sheet, PhotorealSheet)

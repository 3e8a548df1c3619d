"""Pick examples of the photorealistic set for a figure."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.photoreal.examples import PhotorealExamples, photoreal_examples

if __name__ == "__main__":
    run(photoreal_examples, PhotorealExamples)

"""The job that puts rendered images side by side, for people to look at."""

from __future__ import annotations

from vitatlas.images.photoreal.images import load
from vitatlas.images.photoreal.spec import PhotorealSheetSpec
from vitatlas.images.png import encode, montage
from vitatlas.jobs.embedded import png_metadata
from vitatlas.jobs.files import atomic
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import record_of


def photoreal_sheet(job: Job[PhotorealSheetSpec]) -> None:
    """Write the first `count` images as one PNG file.

    Raises:
        UserError: The images cannot be read.
    """
    images = load(job.input.all("images")).image[: job.spec.count]
    metadata = png_metadata(record_of(job, job.output.image), "Photorealistic images", f"The first {len(images)}")
    with atomic(job.output.image) as part:
        part.write_bytes(encode(montage(images, job.spec.columns, scale=job.spec.scale), metadata))

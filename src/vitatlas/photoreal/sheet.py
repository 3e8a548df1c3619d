"""The job that puts rendered images side by side, for people to look at."""

from __future__ import annotations

from pydantic import Field

from vitatlas.files import atomic
from vitatlas.jobs import Job, Spec
from vitatlas.photoreal.images import load
from vitatlas.stimuli.png import encode, montage


class PhotorealSheet(Spec):
    """A grid of the first images of a set. Input `images` (all shares), output `image`."""

    count: int = Field(default=40, gt=0)
    columns: int = Field(default=8, gt=0)
    scale: int = Field(default=1, gt=0)


def photoreal_sheet(job: Job[PhotorealSheet]) -> None:
    """Write the first `count` images as one PNG file.

    Raises:
        UserError: The images cannot be read.
    """
    images = load(job.input.all("images")).image[: job.spec.count]
    with atomic(job.output.image) as part:
        part.write_bytes(encode(montage(images, job.spec.columns, scale=job.spec.scale)))

"""Render a share of the photorealistic scenes; interrupted, go on with what is missing."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.photoreal.render_job import RenderPhotoreal, render_photoreal

if __name__ == "__main__":
    run(render_photoreal, RenderPhotoreal)

"""Show photorealistic images to fine-tuned models: their answers, and where they attend."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.relations.photoreal import ZeroShot, zero_shot

if __name__ == "__main__":
    run(zero_shot, ZeroShot)

"""Fine-tune one model on one task, setting and seed, and measure it on every split."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.training.job import Finetune, finetune

if __name__ == "__main__":
    run(finetune, Finetune)

"""Fine-tune one model with auxiliary losses, on one task, setting and seed, and measure it on every split."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.training.auxiliary.job import FinetuneAuxiliary, finetune_auxiliary

if __name__ == "__main__":
    run(finetune_auxiliary, FinetuneAuxiliary)

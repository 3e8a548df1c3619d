"""Fine-tune one model on one task and setting, and measure it on every split."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.finetuning.job import finetune
from vitatlas.relations.finetuning.spec import FinetuneSpec

if __name__ == "__main__":
    run(finetune, FinetuneSpec)

"""Fine-tune one model with auxiliary losses, on one task and setting, and measure it on every split."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.auxiliary.job import finetune_auxiliary
from vitatlas.relations.auxiliary.spec import FinetuneAuxiliarySpec

if __name__ == "__main__":
    run(finetune_auxiliary, FinetuneAuxiliarySpec)

"""What the other rule files share: configuration, specs, images and resources."""

import sys
from pathlib import Path

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT / "src"))

from vitatlas.atlas import load_atlas
from vitatlas.vocabulary import SETTINGS, SPLITS, TASKS

atlas = load_atlas(ROOT, config)
specs = atlas.specs

# Relative to the working directory: an absolute path would be recorded, and moving the checkout would rerun everything.
COMPUTE_IMAGE = "containers/compute.sif"
FIGURES_IMAGE = "containers/figures.sif"

# How many GPUs a training or analysis job asks for; counts only with --resources gpu=N or on a cluster.
GPU = int(atlas.config.compute.device == "cuda")

atlas.prepare_environment()

# A shell that is asked to stop waits for the job below it, which may be writing a checkpoint.
shell.prefix("trap : TERM USR1; ")

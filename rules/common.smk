"""The parts that all rule files share: configuration, specs, images and resources."""

import sys
from pathlib import Path

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT / "src"))

from vitatlas.project.resources import Places, growing
from vitatlas.project.results import where
from vitatlas.project.start import look_around, look_for_targets, opened, prepare_run, say_why_logs_are_missing
from vitatlas.report.spec import BADGE_TEMPLATE, COVERAGE_TEMPLATE, TEMPLATES

atlas = opened(ROOT, config, workflow.config_settings.configfiles)

# Relative to the working directory: an absolute path would be recorded, and moving the checkout would rerun everything.
COMPUTE_IMAGE = "containers/compute.sif"
FIGURES_IMAGE = "containers/figures.sif"

# The wildcard of rules that serve all papers.
PAPER = "|".join(atlas.rooms)

# Where a rule's jobs run, to be unpacked into its resources: `**on_cpu()`, `**on_gpu("finetune")`.
places = Places(atlas.config, atlas.site)
on_cpu, on_gpu = places.on_cpu, places.on_gpu

prepare_run(atlas, workflow)

# A shell that is asked to stop waits for the job below it, which may be writing a checkpoint.
shell.prefix("set -euo pipefail; trap : TERM USR1; ")


onstart:
    look_around(atlas, workflow, ROOT)


onerror:
    say_why_logs_are_missing(atlas)

"""The parts that all rule files share: configuration, specs, images and resources."""

import sys
from pathlib import Path

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT / "src"))

from vitatlas.config.read import read_yaml
from vitatlas.containers.start import check_command, check_images
from vitatlas.failures.report import one_error
from vitatlas.gpu.start import check_gpus
from vitatlas.project.atlas import load_atlas
from vitatlas.project.heard import Heard
from vitatlas.project.resources import Places, growing
from vitatlas.project.results import where
from vitatlas.project.targets import check_targets
from vitatlas.project.where import check_folder, check_writable, say_what_keeps_logs_away
from vitatlas.report.spec import BADGE_TEMPLATE, COVERAGE_TEMPLATE, TEMPLATES

# What is wrong before a job starts is one message, too.
TRACEBACK = Path("results/tracebacks/workflow.txt")

with one_error("reading the configuration", TRACEBACK):
    check_folder(ROOT)
    # Snakemake has read them, and of a key that stands twice kept the last value.
    for file in workflow.config_settings.configfiles:
        read_yaml(Path(file))
    loaded = load_atlas(ROOT, config)

atlas = Heard(loaded)

# Relative to the working directory: an absolute path would be recorded, and moving the checkout would rerun everything.
COMPUTE_IMAGE = "containers/compute.sif"
FIGURES_IMAGE = "containers/figures.sif"

# The wildcard of rules that serve all papers.
PAPER = "|".join(atlas.rooms)

# Where a rule's jobs run, to be unpacked into its resources: `**on_cpu()`, `**on_gpu("finetune")`.
places = Places(atlas.config, atlas.site)
on_cpu, on_gpu = places.on_cpu, places.on_gpu

# The site first: what it says of SLURM is heard of on any machine.
with one_error("preparing the run", TRACEBACK):
    atlas.check_site(sys.argv)
    check_command(workflow)
    atlas.prepare_environment()

# Where logs and Snakemake's notes go, and what jobs make.
WRITTEN = (".snakemake", "resources", "results", atlas.results)

# A shell that is asked to stop waits for the job below it, which may be writing a checkpoint.
shell.prefix("set -euo pipefail; trap : TERM USR1; ")


onstart:
    with one_error("looking at images, GPUs and folders", TRACEBACK):
        if atlas.state.details:
            why = f"{atlas.state.unknown}: {atlas.state.details}"
            print(f"note: records will name no commit: {why}", file=sys.stderr)
        check_images(workflow, ROOT)
        check_gpus(workflow, atlas.config, atlas.gpu_rules)
        check_writable(*map(Path, WRITTEN))


onerror:
    say_what_keeps_logs_away(*map(Path, WRITTEN))

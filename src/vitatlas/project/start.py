"""The start of a run: what is looked at before a job begins. What is wrong is one message, and never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from vitatlas.config.read import read_yaml
from vitatlas.containers.start import check_command, check_images
from vitatlas.failures.report import one_error
from vitatlas.gpu.start import check_gpus
from vitatlas.project.atlas import load_atlas
from vitatlas.project.heard import Heard
from vitatlas.project.targets import check_targets
from vitatlas.project.where import check_folder, check_writable, say_what_keeps_logs_away

TRACEBACK = Path("results/tracebacks/workflow.txt")


def opened(root: Path, overrides: Mapping[str, Any], files: Iterable[str | Path]) -> Heard:
    """The workflow's view of the project.

    Args:
        root: The project's folder.
        overrides: What the command line says beside the configuration.
        files: Further files of configuration. Snakemake has read them, and of a key that stands twice kept the last
            value.

    Raises:
        SystemExit: Something in the configuration is wrong.
    """
    with one_error("reading the configuration", TRACEBACK):
        check_folder(root)
        for file in files:
            read_yaml(Path(file))
        return Heard(load_atlas(root, overrides))


def prepare_run(atlas: Any, workflow: Any) -> None:
    """Set what jobs inherit, for a command line that fits site and machine.

    Args:
        atlas: The view of the project.
        workflow: Snakemake's.

    Raises:
        SystemExit: It does not.
    """
    with one_error("preparing the run", TRACEBACK):
        # The site first: what it says of SLURM is heard of on any machine
        atlas.check_site(sys.argv)
        check_command(workflow)
        atlas.prepare_environment()


def look_around(atlas: Any, workflow: Any, root: Path) -> None:
    """Look at images, GPUs and folders, once it is known that jobs are to run.

    Raises:
        SystemExit: One of them does not do.
    """
    with one_error("looking at images, GPUs and folders", TRACEBACK):
        if atlas.state.details:
            print(f"note: records will name no commit: {atlas.state.unknown}: {atlas.state.details}", file=sys.stderr)
        check_images(workflow, root)
        check_gpus(workflow, atlas.config, atlas.gpu_rules)
        check_writable(*written(atlas))


def look_for_targets(atlas: Any, rules: Sequence[str]) -> None:
    """Look whether what the command line asks for is there.

    Raises:
        SystemExit: It is not.
    """
    with one_error("looking for the targets", TRACEBACK):
        check_targets(atlas, sys.argv, rules)


def say_why_logs_are_missing(atlas: Any) -> None:
    """Say what may have kept the logs of jobs that failed away: a full disk."""
    say_what_keeps_logs_away(*written(atlas))


def written(atlas: Any) -> list[Path]:
    """The folders of logs, of Snakemake's notes, and of what jobs make."""
    return [Path(".snakemake"), Path("resources"), Path("results"), Path(atlas.results)]

"""Checks before a run in containers starts, so that no job fails for want of an image."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vitatlas.containers.host import check_host
from vitatlas.containers.images import check


def check_command(workflow: Any) -> None:
    """Check the container command of this machine, if this run of Snakemake's `workflow` is to use it.

    Raises:
        UserError: There is none, it is too old, or it may not make containers here.
    """
    if _in_containers(workflow):
        check_host(building=False)


def check_images(workflow: Any, root: Path) -> None:
    """Check the images that the jobs about to run need.

    Raises:
        UserError: An image is missing, was made from another lock or definition, or is damaged.
    """
    if _in_containers(workflow):
        jobs = workflow.dag.needrun_jobs()
        check(root, sorted({Path(job.container_img_url).stem for job in jobs if job.container_img_url}))


def _in_containers(workflow: Any) -> bool:
    settings = workflow.deployment_settings
    return settings is not None and any(str(method) == "apptainer" for method in settings.deployment_method)

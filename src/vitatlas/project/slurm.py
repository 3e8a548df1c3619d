"""Questions to a SLURM cluster before jobs are handed to it, so that they do not fail, or wait for ever, one by one."""

from __future__ import annotations

import subprocess

from vitatlas.config.site import Partitions
from vitatlas.errors import UserError

WHERE = "config/site.yaml: key 'partitions.{kind}'"


def check_partitions(asked: Partitions, gpu: bool) -> None:
    """Check that the partitions exist, and that the one for GPUs has some if `gpu` says that jobs will ask for one.

    A cluster that does not answer is left for the jobs' own messages.

    Raises:
        UserError: A partition that does not exist, or one for GPUs without any.
    """
    there = _gres_by_partition()
    if not there:
        return
    for kind in ("cpu", "gpu"):
        name = getattr(asked, kind)
        if name is not None and name not in there:
            raise UserError(
                f"this cluster has no partition '{name}'; there are: {', '.join(sorted(there))}",
                where=WHERE.format(kind=kind),
            )
    if gpu and asked.gpu is not None and "gpu" not in there[asked.gpu]:
        having = sorted(name for name, gres in there.items() if "gpu" in gres)
        raise UserError(
            f"jobs are to compute on a GPU, and the partition '{asked.gpu}' has none",
            where=WHERE.format(kind="gpu"),
            remedy=f"name one that has: {', '.join(having) or 'no partition of this cluster has'}; or compute on CPUs: "
            "--config 'compute={device: cpu}'",
        )


def _gres_by_partition() -> dict[str, str]:
    """The generic resources of each partition's nodes, as SLURM writes them; empty where SLURM does not answer."""
    try:
        done = subprocess.run(["sinfo", "-h", "-o", "%R %G"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return {}
    found: dict[str, str] = {}
    for line in done.stdout.splitlines():
        partition, _, gres = line.partition(" ")
        found[partition] = f"{found.get(partition, '')} {gres}"
    return found

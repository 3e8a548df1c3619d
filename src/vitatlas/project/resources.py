"""The resources that rules ask for: memory and time that grow with each attempt, a place to run, a GPU.

Snakemake's local executor takes no notice of most of it; its SLURM executor turns it into options of sbatch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vitatlas.config.schema import Config
from vitatlas.config.site import Site, expanded

ByAttempt = Callable[[Any, int], int]


def growing(first: int) -> ByAttempt:
    """An amount that is `first` in the first attempt, twice that in the second, and so on."""

    def amount(wildcards: Any, attempt: int) -> int:
        return first * attempt

    return amount


class Places:
    """Where jobs run and what they need there beside memory and time, at one site.

    Args:
        config: The tier, which says whether there is work for a GPU.
        site: The computing centre. Keys that it does not set are left out.
    """

    def __init__(self, config: Config, site: Site):
        self.config, self.site = config, site

    def on_cpu(self) -> dict[str, Any]:
        """The resources of a job without a GPU."""
        return self._place(self.site.partitions.cpu)

    def on_gpu(self, rule: str) -> dict[str, Any]:
        """The resources of a job of `rule` that computes on a GPU, where the configuration has it do so."""
        compute = self.config.compute_of(rule)
        if compute.device != "cuda":
            return self.on_cpu()
        return {"gpu_mb": compute.gpu_memory_mb} | self._gpu() | self._place(self.site.partitions.gpu)

    def _gpu(self) -> dict[str, Any]:
        model = self.site.gpu.model
        if self.site.gpu.by == "gres":
            return {"gres": f"gpu:{model}:1" if model else "gpu:1"}
        return {"gpu": 1} | _set(gpu_model=model)

    def _place(self, partition: str | None) -> dict[str, Any]:
        place = {"tmpdir": self._scratch} if self.site.scratch else {}
        if not self.site.has_slurm:
            return place
        options = f"--signal=TERM@{self.site.signal_s} {self.site.sbatch}".strip()
        return place | _set(slurm_account=self.site.account, slurm_partition=partition, slurm_extra=options)

    def _scratch(self, wildcards: Any) -> str:
        """Looked up where the job runs: the folder may be named after it."""
        return str(expanded(self.site.scratch or ""))


def _set(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}

"""The section `compute` of the configuration: where jobs run, and what of a GPU a job needs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.config.strict import Strict


class ComputeSection(Strict):
    """Where training and analyses run, and in which arithmetic."""

    device: Literal["cpu", "cuda", "auto"] = Field(default="auto", description="auto: a GPU if there is one")
    precision: Literal["fp32", "bf16"] = Field(
        default="fp32", description="bf16: autocast of the forward pass on a GPU; weights stay fp32"
    )
    compile: bool = Field(default=False, description="whether to use torch.compile on a GPU (the CPU is not affected)")
    checkpoint_every_s: float = Field(
        default=60.0, gt=0, description="seconds between the checkpoints that an interrupted training continues from"
    )


class Compute(ComputeSection):
    """The orders of a job: the section, and the share of a GPU that its rule may take."""

    gpu_memory_mb: int = Field(default=4000, gt=0, description="GPU memory that the job may need, in MiB")

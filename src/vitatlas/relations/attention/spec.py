"""The specs of the jobs that look at attention. Imports no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.relations.attention.roles import ROLES
from vitatlas.relations.config.models import Geometry, Network


class AttentionSpec(Strict):
    """All runs of one cell. Inputs `models` (in the order of `runs`) and `scenes` (of the split test); output `table`.

    Attributes:
        variants: Where the models were fine-tuned with auxiliary losses, what those are called, in the order of
            `runs`; the table then has a column `auxiliary`.
        shared_below: Layers below this one have the same weights in all runs; 0: none has.
    """

    name: str
    model: Network
    geometry: Geometry
    task: Literal["discrimination", "rmts"]
    setting: str
    runs: list[int] = Field(min_length=1)
    variants: list[str] = Field(default_factory=list)
    images_per_class: int = Field(default=250, gt=0)
    noise_std: float = Field(ge=0)
    batch: int = Field(default=64, gt=0)
    shared_below: int = Field(default=0, ge=0)
    seed: int
    compute: Compute


class WalkthroughSpec(Strict):
    """One image and one model. Inputs `model` and `scenes` (of the split test); output `table`."""

    name: str
    model: Network
    geometry: Geometry
    task: Literal["discrimination", "rmts"]
    setting: str
    run: int = Field(description="number of the fine-tuning run shown")
    label: Literal[0, 1] = Field(default=0, description="class of the image: 0 different, 1 same")
    scene: int = Field(default=9, ge=0, description="which test scene of that class; the paper shows different/9")
    heads: list[tuple[int, int]] | None = Field(
        default=None,
        min_length=len(ROLES),
        max_length=len(ROLES),
        description="(layer, head) for each role; null: by what they do in the image",
    )
    first_layer: int = Field(default=0, ge=0, description="heads are chosen from this layer on")
    noise_std: float = Field(ge=0)
    compute: Compute

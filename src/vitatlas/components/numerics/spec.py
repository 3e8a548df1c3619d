"""The spec of the job that looks at the decomposition's numerics. Imports no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.components.store.spec import Policy
from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.encoders.seen.spec import EncoderSpec, PicturesSpec

Precision = Literal["float32", "float64"]


class NumericsSpec(Strict):
    """The numerics of one encoder's decomposition. Inputs `weights`, `indexes`; outputs `exactness`, `bias_policy`,
    `throughput`.

    Attributes:
        pictures: One part, whose first pictures are used; a batch of them is what is timed.
        exact: On how many pictures errors are measured.
        compared: On how many policies for biases are compared.
        rounds: How often each thing is timed, in turn with the others.
        start: The first block whose layers are components; None: the first of all.
        policy: Where biases go, in what is timed.
        seed: What the direction derives from that tokens are looked at along.
    """

    encoder: EncoderSpec
    pictures: PicturesSpec
    exact: int = Field(gt=0)
    compared: int = Field(gt=0)
    rounds: int = Field(gt=1)
    start: str | None
    policy: Policy
    seed: int
    compute: Compute

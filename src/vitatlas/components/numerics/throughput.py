"""The cost of a decomposition on the machine at hand.

One batch of pictures is encoded, taken apart into components, and taken apart into all tokens of all heads along one
direction, in turn, round after round: so that what slows the machine down slows all of them, and ratios within a round
can be trusted where absolute numbers cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.decompose import Decomposer, token_shares
from vitatlas.components.numerics.clock import clock_of, peak_mib, seconds
from vitatlas.components.numerics.heads import direction, split_heads
from vitatlas.costs.machine import this_machine

STORED = ("float32", "float16")
MEASURED = 3
"""How often memory is measured: what the process has freed and not given back blurs it."""

Call = Callable[[], object]
Measure = Callable[[Call], float]


@torch.no_grad()
def throughput(of: Decomposer, images: Tensor, rounds: int, seed: int) -> pd.DataFrame:
    """One row per number: quantity, what, round, value, batch, components, width, clock, machine.

    `rate`: pictures per second of `forward`, `components` and `tokens` (the latter two include the forward pass).
    `memory`: MiB that each takes on top of the weights. `stored`: bytes of a picture's components as float32 and as
    float16.

    Args:
        of: The decomposition.
        images: The batch, [B, 3, side, side] uint8.
        rounds: How often each is timed.
        seed: What the direction derives from that tokens are looked at along.
    """
    calls = _calls(of, images, seed)
    for call in calls.values():
        call()  # what is made once, is made before anything is timed
    measured: dict[str, tuple[int, Measure]] = {
        "rate": (rounds, lambda call: len(images) / seconds(call, images.device)),
        "memory": (MEASURED, lambda call: peak_mib(call, images.device)),
    }
    rows = [
        _row(quantity, what, round_, measure(call))
        for quantity, (count, measure) in measured.items()
        for round_ in range(count)
        for what, call in calls.items()
    ]
    count, width = len(of.components), of.encoder.width
    rows += [_row("stored", name, 0, count * width * np.dtype(name).itemsize) for name in STORED]
    sizes = {"batch": len(images), "components": count, "width": width}
    return pd.DataFrame(rows).assign(**sizes, clock=clock_of(images.device), machine=str(this_machine()))


def _calls(of: Decomposer, images: Tensor, seed: int) -> dict[str, Call]:
    """The things to time, by name."""
    along = dict.fromkeys(split_heads(of), direction(of, seed))
    calls: dict[str, Call] = {"forward": lambda: of.encoder(images), "components": lambda: of(images)}
    return calls | ({"tokens": lambda: token_shares(of, images, along)} if along else {})


def _row(quantity: str, what: str, round_: int, value: float) -> dict[str, Any]:
    return {"quantity": quantity, "what": what, "round": round_, "value": value}

"""Which components are removed: those that follow the cue more than the core; and controls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from torch import Tensor

from vitatlas.components.score.accumulate import Accumulated, Aligned
from vitatlas.components.score.attribute import scores
from vitatlas.components.score.ranking import largest
from vitatlas.components.score.texts import Features

CUE, CORE = "cue", "core"
CHOSEN, LOWEST, RANDOM = "chosen", "lowest", "random"


@dataclass(frozen=True)
class Ranking:
    """Components in the order in which they are removed.

    Attributes:
        control: `chosen`: score for the cue minus that for the core, largest first; `core`: the other way round;
            `lowest`: score for the cue, lowest first; `random`: without regard to scores.
        draw: Which of the random ones; else 0.
        components: Their numbers.
    """

    control: str
    draw: int
    components: list[int]


def cue_and_core(batches: Iterable[Aligned], cue: Tensor, core: Tensor) -> pd.DataFrame:
    """Scores of components for cue and core, in columns `cue` and `core`; missing where a projection does not vary.

    Args:
        batches: Pictures in the space of the texts.
        cue, core: Their texts [k, d'].

    Raises:
        UserError: Texts that are linearly dependent; fewer than two pictures.
    """
    return scores(Accumulated(Features({CUE: cue, CORE: core}), batches))


def rankings(found: pd.DataFrame, most: int, draws: int, seed: int) -> list[Ranking]:
    """The first `most` components of each control.

    Args:
        found: What `cue_and_core` returned.
        most: Components of a ranking.
        draws: Random rankings.
        seed: What they derive from.

    Raises:
        UserError: Fewer components have scores.
    """
    difference = found[CUE] - found[CORE]
    by_score = {CHOSEN: difference, CORE: -difference, LOWEST: -found[CUE]}
    ranked = [Ranking(control, 0, largest(values, most).tolist()) for control, values in by_score.items()]
    generator = np.random.default_rng(seed)
    drawn = [generator.permutation(len(found))[:most].tolist() for _ in range(draws)]
    return ranked + [Ranking(RANDOM, number, components) for number, components in enumerate(drawn)]

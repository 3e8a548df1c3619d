"""The finished tables of a tier, by what they are, and what the configuration says of their size."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from vitatlas.config.models import Geometry
from vitatlas.jobs import Spec

RUN = ["model", "task", "setting", "seed"]
"""What identifies a fine-tuning run in a table."""


class Expected(Spec):
    """What the configuration says.

    Attributes:
        scenes: Scenes per split.
        counterfactuals: Examples per property and split.
        draws: How often novel representations are drawn.
        attention_images: Images per class of the attention analysis.
        probe_images: Images per answer and split of probes.
        photoreal_images: Images of the photorealistic set.
        geometries: Patch grids by name.
        mean_readout: Models whose head reads patch tokens beside the class token.
    """

    scenes: dict[str, int]
    counterfactuals: dict[str, int]
    draws: int
    attention_images: int
    probe_images: dict[str, int]
    photoreal_images: int
    geometries: dict[str, Geometry]
    mean_readout: list[str]


class SceneSet(NamedTuple):
    """What identifies a table of scenes."""

    geometry: str
    task: str
    setting: str
    split: str


class CounterfactualSet(NamedTuple):
    """What identifies a counterfactual set."""

    geometry: str
    task: str
    setting: str
    property: str
    split: str

    @builtins.property  # `property` is a field here
    def bases(self) -> SceneSet:
        """The scenes that its base images are from."""
        return SceneSet(self.geometry, self.task, self.setting, self.split)


@dataclass(frozen=True)
class Finished:
    """The tables.

    Attributes:
        analyses: All rows of a kind of analysis (`attention`, `das`, …), by kind.
    """

    expected: Expected
    analyses: dict[str, pd.DataFrame]
    scenes: dict[SceneSet, pd.DataFrame]
    counterfactuals: dict[CounterfactualSet, pd.DataFrame]

    def rows(self, *kinds: str) -> Iterable[tuple[str, pd.DataFrame]]:
        """The tables of these kinds, as far as the tier has them."""
        return ((kind, self.analyses[kind]) for kind in kinds if kind in self.analyses)

    def accuracies(self, split: str) -> pd.Series:
        """Accuracy of the weights that analyses read, by fine-tuning run (`RUN`)."""
        table = self.analyses["behaviour"]
        chosen = (table["metric"] == "accuracy") & (table["checkpoint"] == "best") & (table["split"] == split)
        return table[chosen].set_index(RUN)["value"]

    def depth(self, model: str) -> int:
        """Number of blocks: that of the layers which any analysis of the model has."""
        return 1 + max(
            int(table.loc[table["model"] == model, "layer"].max())
            for table in self.analyses.values()
            if {"model", "layer"} <= set(table.columns) and (table["model"] == model).any()
        )


def read(expected: Expected, analyses: Sequence[Path], scenes: Sequence[Path], sets: Sequence[Path]) -> Finished:
    """Read tables; what each is stands in its path.

    Args:
        analyses: `…/analysis/<kind>/<model>/<task>/<setting>.parquet`.
        scenes: `…/scenes/<geometry>/<task>/<setting>/<split>.parquet`.
        sets: `…/counterfactuals/<geometry>/<task>/<setting>/<property>/<split>.parquet`.
    """
    by_kind: dict[str, list[pd.DataFrame]] = {}
    for path in analyses:
        by_kind.setdefault(path.parts[-4], []).append(pd.read_parquet(path))
    return Finished(
        expected,
        {kind: pd.concat(tables, ignore_index=True) for kind, tables in by_kind.items()},
        {SceneSet(*path.with_suffix("").parts[-4:]): pd.read_parquet(path) for path in scenes},
        {CounterfactualSet(*path.with_suffix("").parts[-5:]): pd.read_parquet(path) for path in sets},
    )

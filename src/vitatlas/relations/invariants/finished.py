"""The finished tables of a tier, by what they are, and what is expected of them. Imports no torch."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from vitatlas.images.photoreal.images import Rendered, load
from vitatlas.jobs.job import Files
from vitatlas.relations.invariants.spec import Expected, InvariantsSpec
from vitatlas.relations.vocabulary import CHECKPOINT

AUTHORS = "Lepori et al."
"""The paper, as sources name it."""

DIVIDED = 1e-9
"""The bound for shares of equal counts, divided and averaged in different orders."""

RUN = ["model", "task", "setting", "run"]
"""The columns of a table that identify a fine-tuning run."""


class SceneSet(NamedTuple):
    """The keys of a table of scenes."""

    geometry: str
    task: str
    setting: str
    split: str


class CounterfactualSet(NamedTuple):
    """The keys of a counterfactual set."""

    geometry: str
    task: str
    setting: str
    property: str
    split: str

    @builtins.property  # `property` is a field here
    def bases(self) -> SceneSet:
        """The scenes that its base images are from."""
        return SceneSet(self.geometry, self.task, self.setting, self.split)


class Pretrained(NamedTuple):
    """One pretraining of a model."""

    model: str
    run: str


@dataclass(frozen=True)
class Finished:
    """The tables.

    Attributes:
        analyses: All rows of a kind of analysis (`attention`, `das`, …), by kind.
        shown: How often each of the tasks' shapes and colours was shown in pretraining.
        photographs: Photorealistic images, by their side in pixels.
    """

    expected: Expected
    analyses: dict[str, pd.DataFrame]
    scenes: dict[SceneSet, pd.DataFrame]
    counterfactuals: dict[CounterfactualSet, pd.DataFrame]
    shown: dict[Pretrained, pd.DataFrame]
    photographs: dict[str, Rendered] = field(default_factory=dict)

    def rows(self, *kinds: str) -> Iterable[tuple[str, pd.DataFrame]]:
        """The tables of these kinds, as far as the tier has them."""
        return ((kind, self.analyses[kind]) for kind in kinds if kind in self.analyses)

    def accuracies(self, split: str) -> pd.Series:
        """Accuracy of the weights that analyses read, by fine-tuning run (`RUN`)."""
        table = self.analyses["behaviour"]
        chosen = (table["metric"] == "accuracy") & (table["checkpoint"] == CHECKPOINT) & (table["split"] == split)
        return table[chosen].set_index(RUN)["value"]

    def depth(self, model: str) -> int:
        """Number of blocks: that of the layers which any analysis of the model has."""
        return 1 + max(
            int(table.loc[table["model"] == model, "layer"].max())
            for table in self.analyses.values()
            if {"model", "layer"} <= set(table.columns) and (table["model"] == model).any()
        )


def beyond_shares(values: pd.Series) -> pd.Series:
    """The distance of values from 0 to 1, where shares are."""
    return (values - values.clip(0, 1)).abs()


def read(spec: InvariantsSpec, files: Files) -> Finished:
    """Read the tables; their paths say what each is.

    Args:
        files: `analyses`, at `…/<kind>/<model>/<task>/<setting>.parquet`; `rests_on`, which are tables of scenes at
            `…/scenes/<paper>/<geometry>/<task>/<setting>/<split>.parquet`, counterfactual sets at
            `…/counterfactuals/<paper>/<geometry>/<task>/<setting>/<property>/<split>.parquet`, what pretraining
            showed at `…/weights/<model>/run<run>.shown.parquet`, and shares of photorealistic images at
            `…/photoreal/<paper>/<side>/images/<share>.parquet`.
    """
    analyses: dict[str, list[pd.DataFrame]] = {}
    for path in files.all("analyses"):
        analyses.setdefault(path.parts[-4], []).append(pd.read_parquet(path))
    scenes, sets, shown = {}, {}, {}
    shares: dict[str, list[Path]] = {}
    for path in files.all("rests_on"):
        parts = path.with_suffix("").parts
        if parts[-3] == "weights":
            shown[Pretrained(parts[-2], path.name.split(".")[0])] = pd.read_parquet(path)
        elif parts[-6] == "scenes":
            scenes[SceneSet(*parts[-4:])] = pd.read_parquet(path)
        elif parts[-5] == "photoreal":
            shares.setdefault(parts[-3], []).append(path)
        else:
            sets[CounterfactualSet(*parts[-5:])] = pd.read_parquet(path)
    joined = {kind: pd.concat(tables, ignore_index=True) for kind, tables in analyses.items()}
    photographs = {side: load(paths) for side, paths in shares.items()}
    return Finished(spec.expected, joined, scenes, sets, shown, photographs)

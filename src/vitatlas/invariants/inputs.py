"""Which of a tier's tables are checked: analyses that artifacts show, and the scenes and examples they rest on.

Imports nothing heavy: the Snakefile asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vitatlas.config.das import DAS_SPLITS
from vitatlas.config.models import ModelZoo
from vitatlas.vocabulary import PROPERTIES, SPLITS

EXCHANGES = ("das", "novel", "information_flow", "departures")
"""Kinds of analysis that rest on counterfactual sets."""

ANALYSES = (
    *("behaviour", "auxiliary", "photoreal_behaviour"),
    *("attention", "photoreal_attention", "auxiliary_attention"),
    *(*EXCHANGES, "probe"),
)
"""Kinds of analysis that invariants are about."""


def checked(tables: Iterable[str], results: str, zoo: ModelZoo) -> dict[str, list[str]]:
    """What is checked, by the names of the rule's inputs: analyses, scenes, counterfactuals.

    Args:
        tables: Those that the artifacts are made from.
        results: The tier's folder, `results/<tier>`.
        zoo: Gives each model's geometry.
    """
    analyses: dict[str, None] = {}
    scenes: dict[str, None] = {}
    sets: dict[str, None] = {}
    for table in tables:
        kind, *cell = Path(table).relative_to(results, "analysis").with_suffix("").parts
        if kind not in ANALYSES:
            continue
        analyses[table] = None
        model, task, setting = cell
        place = f"{zoo.models[model].geometry}/{task}/{setting}"
        scenes |= dict.fromkeys(f"{results}/scenes/{place}/{split}.parquet" for split in SPLITS)
        if kind in EXCHANGES:
            names = (f"{name}/{split}" for name in PROPERTIES for split in DAS_SPLITS)
            sets |= dict.fromkeys(f"{results}/counterfactuals/{place}/{name}.parquet" for name in names)
    return {"analyses": list(analyses), "scenes": list(scenes), "counterfactuals": list(sets)}

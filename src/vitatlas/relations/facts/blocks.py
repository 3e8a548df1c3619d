"""This paper's numbers as documents show them: blocks for the README, and the sections of the page of all numbers."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from vitatlas.facts.markdown import table
from vitatlas.relations.attention.scores import ORDER
from vitatlas.relations.das.reduce import SPLIT
from vitatlas.relations.facts import accuracies
from vitatlas.relations.facts.findings import SETTING, findings, ordered
from vitatlas.relations.facts.numbers import ACCURACIES
from vitatlas.relations.facts.pick import CELL, by_layer, cell, chance_cells, in_blocks, named, where
from vitatlas.relations.settings import RelationsSettings

MAIN = "clip_b16"
"""The paper's model whose stand-in the findings are held against: that of its figures 2 to 5."""

REMARK = """\
The pretraining of the main miniature was chosen by numbers like these, from [many
tries](../evidence/perceptual-stage.md): they are a selected best. Nothing that a split calls unseen or new was in any
pretraining. Where runs share pretrained blocks that stay frozen, ± says nothing about what these blocks hold."""

TEXTS = ("setting",)
"""Columns that are text, though they look like numbers."""


def blocks(numbers: pd.DataFrame, settings: RelationsSettings) -> dict[str, str]:
    """The blocks by name.

    Args:
        numbers: As `numbers.numbers` makes them.
        settings: Of the tier: say which model stands in for which.
    """
    auxiliary = where(numbers, fact="auxiliary")
    return {
        "accuracy": accuracies.short(where(numbers, fact="accuracy"), _titles(settings)),
        "findings": findings(numbers, settings.own.stand_ins[MAIN]),
        "auxiliary": accuracies.auxiliary(auxiliary, (SPLIT, accuracies.UNSEEN)),
    }


def sections(numbers: pd.DataFrame, settings: RelationsSettings) -> dict[str, str]:
    """The sections of the page of all numbers, by title; arguments as of `blocks`."""
    own = where(numbers, setting=SETTING)
    exchanged, novel, probes = (where(own, fact=fact, split=SPLIT) for fact in ("das", "novel", "probe"))
    same, success = (where(exchanged, quantity=quantity) for quantity in ("made same", "success"))
    chance = chance_cells(where(own, fact="accuracy"))
    accuracy, auxiliary = where(numbers, fact="accuracy"), where(numbers, fact="auxiliary")
    return {
        "Accuracy, per cent": accuracies.full(accuracy, _titles(settings)),
        "Auxiliary losses: accuracy, per cent": accuracies.auxiliary(auxiliary, ACCURACIES),
        "Attention: blocks where it peaks": _peaks(where(own, fact="attention"), chance),
        "Interventions: pairs made the same": by_layer(same, EXCHANGE, "exchanged by what has", chance),
        "Interventions: answers in either direction": by_layer(success, EXCHANGE, "exchanged by what has", chance),
        "Vectors that no image gave: pairs made the same": by_layer(novel, EXCHANGE, "vectors", chance),
        "Probes of the intermediate judgement, and interventions along them": by_layer(
            probes, ["quantity"], "probe, intervention, control", chance
        ),
    }


EXCHANGE = ("property", "method")


def _titles(settings: RelationsSettings) -> dict[str, str]:
    """The models that stand in for others, each once."""
    return {model: settings.zoo.models[model].title for model in settings.own.stand_ins.values()}


def _peaks(numbers: pd.DataFrame, chance: Collection[tuple[str, ...]]) -> str:
    rows = []
    for values, group in numbers.groupby(list(CELL), sort=False):
        stars = [cell(where(group, quantity=quantity), in_blocks) for quantity in ORDER]
        rows.append([named(list(map(str, values)), chance), *stars, ordered(group)])
    return table(["model", *ORDER, "strictly in this order"], rows)

"""The table that holds the paper's findings against one model, in a few numbers each."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from vitatlas.facts.markdown import NOTHING, numbers_in_words, table
from vitatlas.relations.attention.scores import ORDER
from vitatlas.relations.das.reduce import SPLIT
from vitatlas.relations.facts.numbers import CHOICE
from vitatlas.relations.facts.pick import CALLED, best, cell, chance_cells, in_blocks, where
from vitatlas.relations.vocabulary import PROPERTIES, TASKS

METHODS = ("added", "interpolated", "sampled", "random")
SETTING = "256"

ATTENTION = "blocks where attention peaks: within the object, to the other one, to the other pair (RMTS), to the rest"
EXCHANGED = "pairs made the same by exchanging {} in a subspace"
NOVEL = "pairs made the same by vectors of {} that no image gave"
READ = "intermediate judgement of a pair, read by a probe"
TURNED = "answers turned by adding the probe's direction"


def findings(numbers: pd.DataFrame, model: str) -> str:
    """One row per finding, one column per task; a task on which the model is at chance says so."""
    own = where(numbers, model=model, setting=SETTING)
    rows = [_row(ATTENTION, _attention, where(own, fact="attention"))]
    for name in PROPERTIES:
        called, of_property = CALLED.get(name, name), where(own, property=name)
        rows += [
            _row(EXCHANGED.format(called), _exchange, where(of_property, fact="das")),
            _row(NOVEL.format(called), _novel, of_property),
        ]
    probes = where(own, fact="probe")
    rows += [_row(READ, _read, probes), _row(TURNED, _turned, probes)]
    chance = chance_cells(where(own, fact="accuracy"))
    head = ["", *(f"{CALLED.get(task, task)}{' (at chance)' * ((model, task) in chance)}" for task in TASKS), "runs"]
    return table(head, rows, texts=len(head) - 1)


def _row(finding: str, write: Callable[[pd.DataFrame], str], rows: pd.DataFrame) -> list[str]:
    return [finding, *(write(where(rows, task=task)) for task in TASKS), numbers_in_words(rows["runs"].tolist())]


def ordered(rows: pd.DataFrame) -> str:
    """In how many runs of one model and task attention peaks in the order of `ORDER`: "2 of 3 runs"."""
    found = where(rows, quantity="in order")
    runs = int(found["runs"].item())
    return f"{round(found['value'].item() * runs)} of {runs} run{'s' * (runs != 1)}"


def _attention(rows: pd.DataFrame) -> str:
    if rows.empty:
        return NOTHING
    stars = (where(rows, quantity=name) for name in ORDER)
    places = [cell(star, in_blocks) for star in stars if not star.empty]
    return f"{', '.join(places)}; strictly in this order in {ordered(rows)}"


def _exchange(rows: pd.DataFrame) -> str:
    layer = _chosen(rows)
    if layer is None:
        return NOTHING
    same = where(rows, quantity="made same", split=SPLIT, layer=layer)
    right, wrong = (cell(where(same, method=control)) for control in ("none", "wrong_object"))
    without = cell(where(rows, quantity="errors"))
    return f"{right}; by a wrong object's {wrong}; without an exchange {without} (block {layer})"


def _novel(rows: pd.DataFrame) -> str:
    layer = _chosen(where(rows, fact="das"))
    of_layer = where(rows, fact="novel", quantity="made same", layer=layer)
    if of_layer.empty:
        return NOTHING
    parts = (f"{method} {cell(where(of_layer, method=method))}" for method in METHODS)
    return f"{', '.join(parts)} (block {layer})"


def _chosen(rows: pd.DataFrame) -> int | None:
    """The layer where exchanges do best on examples kept for the choice."""
    return best(where(rows, method="none", quantity="success", split=CHOICE))


def _read(rows: pd.DataFrame) -> str:
    probes = where(rows, quantity="probe")
    layer = best(probes)
    return NOTHING if layer is None else f"{cell(where(probes, layer=layer))} (block {layer})"


def _turned(rows: pd.DataFrame) -> str:
    moved = where(rows, quantity="intervention")
    layer = best(moved)
    if layer is None:
        return NOTHING
    control = cell(where(rows, quantity="control", layer=layer))
    return f"{cell(where(moved, layer=layer))}; by the control's {control} (block {layer})"

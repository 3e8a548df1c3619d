"""The tables of the last layer, of counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.features.last_layer.classes import chance
from vitatlas.features.last_layer.measure import Key
from vitatlas.features.last_layer.names import ALL, AVERAGE, MAXIMUM, OTHER, PATCH
from vitatlas.features.last_layer.right import MEASURES
from vitatlas.features.last_layer.tally import Tally
from vitatlas.statistics.intervals import wilson

NO_PLACE = -1


def accuracies(tally: Tally, classes: Tensor, measures: Sequence[str]) -> pd.DataFrame:
    """One row per number: quantity, layer, among, row, column, measure, n, hits, value, low, high, chance.

    Args:
        tally: Of all pictures.
        classes: int64 [N], of the pictures.
        measures: Names of the counts, in order.
    """
    rows = [*_of_pictures(tally, measures), *_of_patches(tally, measures, len(classes))]
    table = pd.DataFrame(rows)
    guessed = {name: chance(classes, MEASURES[name]) for name in measures}
    return table.assign(chance=table["measure"].map(guessed))


def by_picture(tally: Tally, pictures: Sequence[str], measures: Sequence[str]) -> pd.DataFrame:
    """One row per picture, quantity, layer and among: picture, and the share that is right for each measure.

    Args:
        tally: Of all pictures.
        pictures: Their ids.
        measures: Names of the counts, in order.
    """
    names = pd.Series(pictures).astype("category")
    parts = []
    for key, right, trials in _counted(tally):
        shares = (right / trials[:, None]).float().numpy()
        columns = {name: shares[:, number] for number, name in enumerate(measures)}
        table = pd.DataFrame({"picture": names, "layer": np.int16(key.layer), **columns})
        parts.append(table.assign(quantity=key.quantity, among=key.among)[(trials > 0).numpy()])
    whole = pd.concat(parts, ignore_index=True)
    for name in ("quantity", "among"):
        whole[name] = whole[name].astype("category")
    return whole[["quantity", "layer", "among", "picture", *measures]]


def _counted(tally: Tally) -> Iterator[tuple[Key, Tensor, Tensor]]:
    """Keys with what is right, [N, measures], and of how many, [N]; of other patches too."""
    patches = tally.grid[0] * tally.grid[1] if tally.grid else 0
    for key, right in tally.right.items():
        if key.quantity != PATCH:
            yield key, right, torch.ones(len(right))
        elif key.among == ALL:
            yield key, right, torch.full((len(right),), float(patches))
        else:
            whole = tally.right[key._replace(among=ALL)]
            yield key, right, tally.on_object.float()
            yield key._replace(among=OTHER), whole - right, patches - tally.on_object.float()


def _of_pictures(tally: Tally, measures: Sequence[str]) -> Iterator[dict[str, Any]]:
    for key, right, trials in _counted(tally):
        quantity = AVERAGE if key.quantity == PATCH else key.quantity
        for number, measure in enumerate(measures):
            hits, count = int(right[:, number].long().sum()), int(trials.double().sum())
            # Patches of one picture are not independent trials: the interval is that of as many pictures.
            numbers = _share(hits, count, int((trials > 0).sum()))
            yield _row(quantity, key.layer, key.among, NO_PLACE, measure) | numbers


def _of_patches(tally: Tally, measures: Sequence[str], pictures: int) -> Iterator[dict[str, Any]]:
    """The patches, and the best of them."""
    columns = tally.grid[1] if tally.grid else 0
    for layer, hits in sorted(tally.by_patch.items()):
        for number, measure in enumerate(measures):
            best = int(hits[:, number].argmax())
            places = [(MAXIMUM, best), *((PATCH, place) for place in range(len(hits)))]
            for quantity, place in places:
                numbers = _share(int(hits[place, number]), pictures, pictures)
                yield _row(quantity, layer, ALL, place, measure, columns) | numbers


def _row(quantity: str, layer: int, among: str, place: int, measure: str, columns: int = 0) -> dict[str, Any]:
    row, column = divmod(place, columns) if columns else (NO_PLACE, NO_PLACE)
    where = {"row": row, "column": column}
    return {"quantity": quantity, "layer": layer, "among": among, **where, "measure": measure}


def _share(hits: int, count: int, independent: int) -> dict[str, Any]:
    """The share with its 95 % interval; missing where nothing was tried."""
    if not count:
        missing = float("nan")
        return {"n": 0, "hits": 0, "value": missing, "low": missing, "high": missing}
    low, high = wilson(hits / count, independent)
    return {"n": count, "hits": hits, "value": hits / count, "low": low, "high": high}

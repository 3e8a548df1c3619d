"""Readings as claims look at them: of one model, a value per run and layer, with what is known of its error.

Where a claim's readings lie in the table is looked up once; `Readings.replaced` then asks the same of other numbers,
which is how the judge is tried on tables that hold nothing (`null`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.errors import UserError
from vitatlas.statistics.intervals import share_error
from vitatlas.verdicts.keys import NUMBERS
from vitatlas.verdicts.select import NoReadings, in_words, single, where
from vitatlas.verdicts.selections import Depth

NO_LAYER = -1
"""In the place of a layer, where readings have none."""


@dataclass(frozen=True)
class Curve:
    """The readings of one model. Arrays are [runs, layers]; a reading without layers is a curve of one.

    Attributes:
        runs: Their numbers.
        layers: Their numbers; `NO_LAYER` alone where there are none.
        value: As measured.
        error: Standard error over images; 0 where it is not known, as of published numbers.
        selection: The same measured on images set apart for choosing a layer; NaN where it was not.
        copied: [layers]; whether all runs have the same weights up to there.
    """

    model: str
    runs: tuple[int, ...]
    layers: tuple[int, ...]
    value: np.ndarray
    error: np.ndarray
    selection: np.ndarray
    copied: np.ndarray

    @property
    def layered(self) -> bool:
        """Whether it has layers."""
        return self.layers[0] != NO_LAYER

    def within(self, depth: Depth) -> Curve:
        """The layers in a range of depth, the share of blocks passed: (layer + 1) / number of layers.

        Raises:
            NoReadings: The range holds no layer.
        """
        share = (np.array(self.layers) + 1) / (self.layers[-1] + 1)
        chosen = (share >= depth[0]) & (share <= depth[1])
        if not chosen.any():
            raise NoReadings(f"no layer lies between the depths {depth[0]} and {depth[1]}")
        return self._layers(chosen)

    def of_runs(self, runs: list[int]) -> Curve:
        """These runs alone, in this order."""
        rows = [self.runs.index(run) for run in runs]
        parts = (self.value[rows], self.error[rows], self.selection[rows])
        return Curve(self.model, tuple(runs), self.layers, *parts, self.copied)

    def _layers(self, chosen: np.ndarray) -> Curve:
        layers = tuple(layer for layer, keep in zip(self.layers, chosen, strict=True) if keep)
        parts = (self.value[:, chosen], self.error[:, chosen], self.selection[:, chosen], self.copied[chosen])
        return Curve(self.model, self.runs, layers, *parts)


class Readings:
    """Readings of one protocol, and where those of each selection lie.

    Args:
        table: Columns `Keys.readings`; rows read under another protocol than the tier's (`under`) are left out.
    """

    def __init__(self, table: pd.DataFrame):
        self.table = table[table["under"].isna()].reset_index(drop=True)
        numbers = {name: self.table[name].to_numpy(dtype=float, na_value=np.nan) for name in NUMBERS}
        known, self.images = numbers["error"], numbers["images"]
        self.value, self.selection = numbers["value"], numbers["selection"]
        self.error = np.where(np.isnan(known), share_error(self.value, self.images), known)
        self._shared_below = np.nan_to_num(numbers["shared_below"])
        self._found: dict[str, dict[str, _Places]] = {}

    def replaced(self, value: np.ndarray, error: np.ndarray, selection: np.ndarray) -> Readings:
        """The same readings with other numbers, one per row of `table`."""
        other = object.__new__(Readings)
        other.__dict__ |= self.__dict__ | {"value": value, "error": error, "selection": selection}
        return other

    def curves(self, wanted: Mapping[str, Any]) -> dict[str, Curve]:
        """By model, the readings with these values by key; several values: any of them; None: those without the key.

        Raises:
            NoReadings: There are none, or none of one of several models; or one of them is no number.
            UserError: There is more than one for a run and layer.
        """
        key = repr(sorted(wanted.items(), key=str))
        if key not in self._found:
            self._found[key] = self._look_up(wanted)
        return {model: self._curve(model, places) for model, places in self._found[key].items()}

    def _look_up(self, wanted: Mapping[str, Any]) -> dict[str, _Places]:
        rows = where(self.table, wanted)
        single(rows, ["layer"])
        return {str(model): _Places.of(part) for model, part in rows.groupby("model", sort=False)}

    def _curve(self, model: str, places: _Places) -> Curve:
        rows = places.rows
        value = np.where(places.missing, np.nan, self.value[rows])
        if np.isnan(value).any():
            run, layer = np.argwhere(np.isnan(value))[0]
            was_measured = not places.missing[run, layer]
            raise NoReadings(in_words(model, places.runs[run], places.layers[layer], was_measured))
        error = np.nan_to_num(self.error[rows])
        copied = np.array(places.layers) < self._shared_below[rows].max(axis=0)
        layered = np.array(places.layers) != NO_LAYER
        return Curve(model, places.runs, places.layers, value, error, self.selection[rows], copied & layered)


@dataclass(frozen=True)
class _Places:
    """Where the readings of one model lie: `rows` [runs, layers], 0 where `missing`."""

    runs: tuple[int, ...]
    layers: tuple[int, ...]
    rows: np.ndarray
    missing: np.ndarray

    @staticmethod
    def of(part: pd.DataFrame) -> _Places:
        places = [part["run"].astype(int), part["layer"].fillna(NO_LAYER).astype(int)]
        grid = pd.Series(part.index, index=places).unstack().sort_index(axis=1)
        if len(grid.columns) > 1 and NO_LAYER in grid.columns:
            problem = f"a claim selects readings of {part['model'].iloc[0]} with and without layers"
            raise UserError(problem, where="config/published", remedy="say which are meant")
        rows = grid.to_numpy(dtype=float)
        missing = np.isnan(rows)
        runs, layers = (tuple(map(int, axis)) for axis in (grid.index, grid.columns))
        return _Places(runs, layers, np.nan_to_num(rows).astype(int), missing)

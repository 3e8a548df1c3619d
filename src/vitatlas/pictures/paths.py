"""The input functions of this room's rules."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from vitatlas.config.read import require_known
from vitatlas.encoders.config import EncoderTraining
from vitatlas.images.brought.missing import without
from vitatlas.pictures.settings import NAME, PicturesSettings


@dataclass(frozen=True)
class Paths:
    """The files of one tier.

    Raises:
        UserError: Wildcards name a model that there is not, or whose weights nobody makes.
    """

    of: PicturesSettings

    def weights_of(self, wildcards: Any) -> list[str]:
        """The file of the weights of the run named by the wildcards; none for random weights."""
        return self.of.weights_of(wildcards.model, int(wildcards.run))

    def index_of(self, wildcards: Any) -> str:
        """The index of the data set of the reading named by the wildcard."""
        return f"{self.of.results}/index/{NAME}/{self.of.reading(wildcards.reading).data}.parquet"

    def weights_of_reading(self, wildcards: Any) -> list[str]:
        """The file of the weights of its encoder; none for random weights."""
        reading = self.of.reading(wildcards.reading)
        return self.of.weights_of(reading.model, reading.run)

    def readings(self, _: Any = None) -> list[str]:
        """The tables of all readings whose data sets are there; of the others it says what to fetch."""
        absent = without(self.of.config.data)
        for name, reading in self.of.own.readings.items():
            if reading.data in absent:
                print(f"reading '{name}' is not attempted: {absent[reading.data]}", file=sys.stderr)
        there = [name for name, reading in self.of.own.readings.items() if reading.data not in absent]
        return [f"{self.of.results}/readings/{NAME}/{name}.parquet" for name in there]

    def teacher_of(self, wildcards: Any) -> list[str]:
        """The file of the weights of the encoder that the one named by the wildcards learns from; none without."""
        teacher = self._recipe(wildcards).teacher
        return self.of.weights_of(teacher, self.of.runs_of(teacher)[0]) if teacher else []

    def start_of(self, wildcards: Any) -> list[str]:
        """The file of the weights that the encoder named by the wildcards starts from: of its own run; none without."""
        start = self._recipe(wildcards).start
        return self.of.weights_of(start, int(wildcards.run)) if start else []

    def _recipe(self, wildcards: Any) -> EncoderTraining:
        recipes = self.of.own.encoders.pretraining
        require_known(wildcards.model, recipes, "encoder that the workflow pretrains", "the requested target")
        return recipes[wildcards.model]

    def quality_of(self, wildcards: Any) -> list[str]:
        """The tables of what the runs of the encoder named by the wildcard know."""
        require_known(wildcards.model, self.of.zoo.models, "model", "the requested target")
        runs = self.of.runs_of(wildcards.model)
        return [f"{self.of.results}/quality/{NAME}/{wildcards.model}/run{run}.parquet" for run in runs]

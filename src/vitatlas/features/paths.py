"""The input functions of this paper's rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vitatlas.encoders.seen.sources import Brought
from vitatlas.features.analyses import GATHERED
from vitatlas.features.own.paths import OwnPaths
from vitatlas.features.settings import NAME, FeaturesSettings
from vitatlas.features.specs.classified import CLASSIFIED
from vitatlas.features.specs.scores import SCORED


@dataclass(frozen=True)
class Paths(OwnPaths):
    """The files of one tier.

    Raises:
        UserError: Wildcards name a model that there is not, or whose weights nobody makes.
    """

    of: FeaturesSettings

    def weights_of(self, wildcards: Any) -> list[str]:
        """The weights of the encoder named by the wildcards; none for random ones."""
        return self.of.weights_of(wildcards.model, int(wildcards.run))

    def scored_index(self, _: Any) -> list[str]:
        """The index of the data set that units are scored on; none for scenes."""
        return self.of.indexes_of([self.of.own.pictures[SCORED]])

    def classified_index(self, _: Any) -> list[str]:
        """The index of the data set that is classified; none for scenes."""
        return self.of.indexes_of([self.of.own.pictures[CLASSIFIED]])

    def masked_indexes(self, _: Any) -> list[str]:
        """The indexes of the data sets that are masked."""
        return self.of.indexes_of(self.of.own.masked.pictures.values())

    def scored_scenes(self, wildcards: Any) -> list[str]:
        """The scenes that units are scored on, at the encoder's side; none for a data set."""
        return self._scenes(SCORED, wildcards.model)

    def classified_scenes(self, wildcards: Any) -> list[str]:
        """The scenes that are classified, at the encoder's side; none for a data set."""
        return self._scenes(CLASSIFIED, wildcards.model)

    def selective(self, wildcards: Any) -> list[str]:
        """The table of what units of the encoder are selective for; none where nothing is known of the pictures."""
        if isinstance(self.of.own.pictures[SCORED], Brought):
            return []
        return [f"{self.of.results}/selective_units/{NAME}/{wildcards.model}/run{wildcards.run}.parquet"]

    def moments_of(self, wildcards: Any) -> list[str]:
        """The moments of the encoder's scores."""
        return [f"{self.of.results}/scores/{NAME}/{wildcards.model}/run{wildcards.run}.moments.parquet"]

    def spectrum_of_sets(self, wildcards: Any) -> list[str]:
        """The spectrum that visualisations of a group keep; none where they keep none."""
        sets = self.of.sets_of(wildcards.group, wildcards.model).values()
        if all(one.settings.parametrisation != "maco" for one in sets):
            return []
        return [f"{self.of.results}/spectrum/{NAME}/{wildcards.model}/run{wildcards.run}.safetensors"]

    def judge_of(self, wildcards: Any) -> list[str]:
        """The weights of the network that judges visualisations of the model."""
        judge = self.of.own.quality.judge_of(wildcards.model)
        return self.of.weights_of(judge, self.of.runs_of(judge)[0])

    def visualised_tables(self, wildcards: Any) -> list[str]:
        """The tables of all runs of a group and model that were visualised."""
        return self._visualised(wildcards, "visualised", "parquet")

    def visualised_images(self, wildcards: Any) -> list[str]:
        """Their pictures, in the same order."""
        return self._visualised(wildcards, "visualised", "npy")

    def quality_tables(self, wildcards: Any) -> list[str]:
        """The tables of what visualisations of a group and model are worth."""
        return self._visualised(wildcards, "quality", "parquet")

    @property
    def gathered(self) -> str:
        """A pattern of the kinds of table that are gathered over runs."""
        return "|".join(GATHERED)

    def runs(self, wildcards: Any) -> list[str]:
        """The tables of one kind of all runs of the model named by the wildcards."""
        place = f"{self.of.results}/{wildcards.kind}/{NAME}/{wildcards.model}"
        return [f"{place}/run{run}.parquet" for run in self.of.runs_of(wildcards.model)]

    def _scenes(self, part: str, model: str) -> list[str]:
        if part not in self.of.scenes_in():
            return []
        place = f"{self.of.results}/scenes/{NAME}/{self.of.zoo.encoder(model).encoder.image}/{part}"
        return [f"{place}.npy", f"{place}.parquet"]

    def _visualised(self, wildcards: Any, kind: str, suffix: str) -> list[str]:
        group, model = wildcards.group, wildcards.model
        return [f"{self.of.results}/{kind}/{NAME}/{group}/{model}/run{run}.{suffix}" for run in self.of.runs_of(model)]

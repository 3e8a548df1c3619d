"""The input functions of this paper's rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vitatlas.components.analyses import GATHERED
from vitatlas.components.own.paths import OwnPaths
from vitatlas.components.settings import NAME


@dataclass(frozen=True)
class Paths(OwnPaths):
    """The files of one tier.

    Raises:
        UserError: Wildcards name a model that there is not, or whose weights nobody makes.
    """

    def weights_of(self, wildcards: Any) -> list[str]:
        """The weights of the encoder named by the wildcards; none for random ones."""
        return self.of.weights_of(wildcards.model, int(wildcards.run))

    def tower_of(self, wildcards: Any) -> list[str]:
        """The weights of the text tower of the model named by the wildcards."""
        return self.of.tower_weights(wildcards.model, int(wildcards.run))

    def indexes_of_set(self, wildcards: Any) -> list[str]:
        """The indexes of the data sets in the set named by the wildcard `pictures`."""
        return self.of.indexes_of(self.of.set_of(wildcards.pictures).values())

    def scenes_of_set(self, wildcards: Any) -> list[str]:
        """The scenes in the set named by the wildcard `pictures`, at the side that the encoder takes."""
        return self._scenes(wildcards, wildcards.pictures)

    def scenes(self, wildcards: Any) -> list[str]:
        """The same, in the set `pictures`."""
        return self._scenes(wildcards, "pictures")

    def indexes(self, _: Any) -> list[str]:
        """The indexes of the data sets in the set `pictures`."""
        return self.of.indexes_of(self.of.own.pictures.values())

    def ablation_indexes(self, _: Any) -> list[str]:
        """The index of the data set whose pictures layers are ablated on."""
        return self.of.indexes_of([self.of.own.ablation.pictures])

    def segmented_indexes(self, _: Any) -> list[str]:
        """The index of the data set whose pictures are segmented."""
        return self.of.indexes_of([self.of.own.segmentation.pictures])

    def head_weights(self, wildcards: Any) -> list[str]:
        """The weights of the text tower of the encoder named by the wildcards; none for one without texts."""
        return self.tower_of(wildcards) if self.of.has_texts(wildcards.model) else []

    def head_contributions(self, wildcards: Any) -> list[str]:
        """The contributions that a linear probe is fitted on; none for a model whose classes have texts."""
        return [] if self.of.has_texts(wildcards.model) else self.contributions(wildcards)

    def searched_index(self, _: Any) -> list[str]:
        """The index of the data set in which pictures are found; none for scenes."""
        return self.of.indexes_of([self.of.own.pictures["test"]])

    def head_of(self, wildcards: Any) -> list[str]:
        """The head that was made for the encoder named by the wildcards; none for one that came with its own."""
        place = f"{self.of.results}/heads/{NAME}/{wildcards.model}/run{wildcards.run}.safetensors"
        return [] if self.of.has_head(wildcards.model) else [place]

    def contributions(self, wildcards: Any) -> list[str]:
        """Vectors, pictures and components of the encoder named by the wildcards."""
        return self._contributions(wildcards, "pictures")

    def birds(self, wildcards: Any) -> list[str]:
        """The same, of pictures with a spurious background."""
        return self._contributions(wildcards, "birds")

    def targets(self, wildcards: Any) -> list[str]:
        """Representations of the same pictures by the CLIP model whose texts the encoder is held against; none for a
        model whose own space has texts."""
        if self.of.own_space(wildcards.model):
            return []
        model, run = self._text_model(wildcards)
        place = f"{self.of.results}/representations/{NAME}/{model}/run{run}"
        return [f"{place}.npy", f"{place}.pictures.parquet"]

    def texts(self, wildcards: Any) -> str:
        """The texts that the encoder is held against."""
        model, run = self._text_model(wildcards)
        return f"{self.of.results}/texts/{NAME}/{model}/run{run}.parquet"

    def maps(self, wildcards: Any) -> str:
        """The maps that all analyses of the encoder use."""
        return self._maps(wildcards, self.of.own.alignment.used)

    def compared_maps(self, wildcards: Any) -> list[str]:
        """The maps of all methods that are compared on the encoder."""
        return [self._maps(wildcards, method) for method in self.of.compared(wildcards.model)]

    def head_of_labels(self, wildcards: Any) -> list[str]:
        """The weights with the head whose classes are the dictionary; none where pictures have labels."""
        return [] if self.of.labelled else self.weights_of(wildcards)

    def scores(self, wildcards: Any) -> str:
        """The scores of the encoder's components."""
        return f"{self.of.results}/scores/{NAME}/{wildcards.model}/run{wildcards.run}.parquet"

    @property
    def gathered(self) -> str:
        """A pattern of the kinds of table that are gathered over runs."""
        return "|".join(GATHERED)

    def runs(self, wildcards: Any) -> list[str]:
        """The tables of one kind of all runs of the model named by the wildcards."""
        place = f"{self.of.results}/{wildcards.kind}/{NAME}/{wildcards.model}"
        return [f"{place}/run{run}.parquet" for run in self.of.runs_of(wildcards.model)]

    def _scenes(self, wildcards: Any, pictures: str) -> list[str]:
        side = self.of.zoo.encoder(wildcards.model).encoder.image
        place = f"{self.of.results}/scenes/{NAME}/{pictures}/{side}"
        return [f"{place}/{part}{end}" for part in self.of.scenes_in(pictures) for end in (".npy", ".parquet")]

    def _contributions(self, wildcards: Any, pictures: str) -> list[str]:
        place = f"{self.of.results}/contributions/{NAME}/{wildcards.model}/run{wildcards.run}/{pictures}"
        return [f"{place}.npy", f"{place}.pictures.parquet", f"{place}.components.parquet"]

    def _maps(self, wildcards: Any, method: str) -> str:
        return f"{self.of.results}/maps/{NAME}/{wildcards.model}/run{wildcards.run}/{method}.safetensors"

    def _text_model(self, wildcards: Any) -> tuple[str, int]:
        model, run = self.of.text_model_of(wildcards.model)
        return model, int(wildcards.run) if run < 0 else run

"""The features of a set, one by one, and those that run together."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vitatlas.errors import UserError
from vitatlas.features.config.visualise import FeatureSet
from vitatlas.features.visualise.place import WHERE, Place
from vitatlas.jobs.seeds import derive_seed


@dataclass(frozen=True)
class Feature:
    """One picture to make.

    Attributes:
        site: The end of the site's name.
        layer: Its number.
        unit: The number of the unit within it.
        replicate: Which of several random starts.
        weight: Of total variation, in the set's units.
    """

    site: str
    layer: int
    unit: int
    replicate: int
    weight: float

    @property
    def place(self) -> tuple[str, int]:
        """Site and layer."""
        return self.site, self.layer

    def seed(self, seed: int, model: str, run: int) -> int:
        """The seed of its draws. The weight has no part in it, nor has the preset: what differs in these alone
        starts from one picture."""
        return derive_seed(seed, "visualise", model, run, self.site, self.layer, self.unit, self.replicate)

    def row(self) -> dict[str, Any]:
        """Its columns in a table."""
        return dataclasses.asdict(self)

    def __str__(self) -> str:
        return f"unit {self.unit} at {self.site} of layer {self.layer}"


def features_of(wanted: FeatureSet) -> list[Feature]:
    """The features of a set in its order, each with every weight.

    Raises:
        UserError: One is there twice.
    """
    found = [
        Feature(group.site, group.layer, unit, replicate, weight)
        for group in wanted.features
        for unit in group.units
        for replicate in range(group.replicates)
        for weight in wanted.weights
    ]
    twice = next((feature for feature, times in Counter(found).items() if times > 1), None)
    if twice is not None:
        raise UserError(f"{twice} is there twice", where=WHERE, remedy="name each unit and each weight once")
    return found


def chunks_of(features: Sequence[Feature], together: int) -> list[list[Feature]]:
    """Features in the same order, in chunks of one place and of at most so many."""
    chunks: list[list[Feature]] = []
    for feature in features:
        if not chunks or len(chunks[-1]) == together or chunks[-1][0].place != feature.place:
            chunks.append([])
        chunks[-1].append(feature)
    return chunks


def require_units(features: Sequence[Feature], place: Place) -> None:
    """Check that a place has these units.

    Raises:
        UserError: It has not.
    """
    for feature in features:
        if not 0 <= feature.unit < place.width:
            raise UserError(f"there is no {feature}", where=WHERE, remedy=f"its units are 0 to {place.width - 1}")

"""All that a page tells of units: what they respond to, and what readers must know first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vitatlas.features.own.labels import Label, alike_by_chance, labels_among, labels_of

UNIT = ["layer", "site", "unit"]
BY = "mean"
FEW = 100
"""Pictures below which a page warns."""


@dataclass(frozen=True)
class Unit:
    """One unit.

    Attributes:
        number: Of its visualisation.
        site, layer, unit: Its place.
        active: Whether more than one patch in a thousand of all pictures makes it active.
        reached: How active its visualisation makes it: standard deviations of its scores above their mean; NaN where
            scores do not vary.
        percentile: The percentage of pictures that make it less active than its visualisation does; NaN where scores
            do not vary.
        top: The ids of its top pictures; none of one that is not active.
        labels: Of these.
    """

    number: int
    site: str
    layer: int
    unit: int
    active: bool
    reached: float
    percentile: float
    top: list[str]
    labels: list[Label]

    @property
    def key(self) -> str:
        """Its name within the page."""
        return f"l{self.layer}u{self.unit}"

    @property
    def varies(self) -> bool:
        """Whether its scores do."""
        return not math.isnan(self.reached)

    @property
    def words(self) -> str:
        """All that it is found by, in small letters."""
        known = [f"layer-{self.layer};", f"unit-{self.unit};", *(label.name for label in self.labels), *self.top]
        return " ".join(known if self.active else [*known, "not active"]).lower()


@dataclass(frozen=True)
class Layer:
    """The units of one layer."""

    number: int
    site: str
    units: list[Unit]


def layers_of(
    visualised: pd.DataFrame, top: pd.DataFrame, moments: pd.DataFrame, pictures: pd.DataFrame
) -> list[Layer]:
    """The units that were visualised, by layer.

    Args:
        visualised: One row per visualisation.
        top: The rows of units' top pictures.
        moments: Of units' scores.
        pictures: One row per picture.
    """
    known = labels_of(pictures)
    best = top[top["by"] == BY].sort_values("rank", kind="stable").groupby(UNIT)["picture"].agg(list)
    scores = moments[moments["by"] == BY].set_index(UNIT)
    scales, means = scores["scale"], scores["mean"]
    units = []
    for number, row in enumerate(visualised.to_dict("records")):
        place = row["layer"], row["site"], row["unit"]
        active = bool(scales[place] > 0)
        chosen = best[place] if active else []
        varies = row["sd"] > 0
        reached = (row["activation"] - means[place]) / row["sd"] if varies else math.nan
        percentile = row["percentile"] if varies else math.nan
        labels = labels_among(chosen, known, len(pictures))
        at = {"site": row["site"], "layer": row["layer"], "unit": row["unit"]}
        units.append(
            Unit(number, **at, active=active, reached=reached, percentile=percentile, top=chosen, labels=labels)
        )
    numbers = dict.fromkeys((unit.layer, unit.site) for unit in units)
    return [Layer(*place, [one for one in units if (one.layer, one.site) == place]) for place in numbers]


def warnings_of(units: Sequence[Unit], pictures: pd.DataFrame, *, untrained: bool) -> list[str]:
    """Whatever readers must know before they look, in sentences.

    Args:
        units: All of the page.
        pictures: One row per picture.
        untrained: Whether the weights are random.
    """
    found, count = [], len(pictures)
    if untrained:
        found.append("The weights are random: what units respond to was not learned.")
    if count < FEW:
        found.append(
            f"There are {count} pictures, which are few: the top pictures of a unit are the best of these, and may "
            "have little to do with what it responds to."
        )
    if not labels_of(pictures):
        found.append("The pictures have no labels: units are found by the names of files alone.")
    silent = [unit for unit in units if not unit.active]
    if silent:
        found.append(
            f"{len(silent)} of {len(units)} units are not active: no more than one patch in a thousand of these "
            "pictures makes them so. Of these, no top pictures are shown."
        )
    weak = sum(unit.percentile < 100 for unit in units)
    if 2 * weak > len(units):
        found.append(
            f"{weak} of {len(units)} visualisations make their units less active than a picture does: more steps help."
        )
    return found


def chance_of(units: Iterable[Unit], pictures: pd.DataFrame) -> tuple[int, int, float] | None:
    """How many active units have top pictures of one label alone, of how many, and how many would by chance; None
    where there are no labels."""
    known, active = labels_of(pictures), [unit for unit in units if unit.active]
    if not known or not active:
        return None
    sizes = np.array([len(unit.top) for unit in active])
    alike = sum(bool(unit.labels) and unit.labels[0].count == len(unit.top) for unit in active)
    expected = sum(alike_by_chance(known, len(pictures), int(size)) for size in sizes)
    return alike, len(active), float(expected)

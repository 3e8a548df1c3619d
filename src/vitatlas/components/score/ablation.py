"""The loss of a linear probe of the output when one component no longer varies."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from vitatlas.components.score.labelled import Parts, accuracy, fitted, measured
from vitatlas.encoders.quality.splits import FITTED, MEASURED


def ablation_effects(parts: Parts, attributes: Sequence[str]) -> pd.DataFrame:
    """The effect of each component on each attribute: component, feature, before, after, lost.

    A probe of z stays as fitted; it reads z - c_i + mean c_i on held-out images, the mean over the part that it was
    fitted on. `lost` is accuracy before minus after; below zero where the component misled the probe.

    Raises:
        UserError: A part without images that have an attribute; one with a single value of it to fit on.
    """
    z = {split: part.z for split, part in parts.items()}
    probes = {attribute: fitted(parts, z, attribute) for attribute in attributes}
    before = {
        attribute: accuracy(probe, z[MEASURED], measured(parts, attribute)) for attribute, probe in probes.items()
    }
    rows = []
    for i in range(parts[MEASURED].contributions.shape[1]):
        mean = parts[FITTED].component(i).double().mean(0)
        without = z[MEASURED].double() - parts[MEASURED].component(i) + mean
        for attribute, probe in probes.items():
            after = accuracy(probe, without, measured(parts, attribute))
            row = {"component": i, "feature": attribute, "before": before[attribute], "after": after}
            rows.append(row | {"lost": before[attribute] - after})
    return pd.DataFrame(rows)

"""The readability of an attribute, from single components, and from the model's whole output, by a linear probe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter, methodcaller

import pandas as pd
from torch import Tensor

from vitatlas.components.score.labelled import NONE, Labelled, Parts, accuracy, chance, fitted, measured
from vitatlas.encoders.quality.splits import MEASURED


def component_decodability(parts: Parts, attributes: Sequence[str]) -> pd.DataFrame:
    """Held-out accuracy of a probe of each c_i: component, feature, accuracy, chance, above, n.

    `above` is what the accuracy has above chance, the share of the commonest value among the `n` measured images.

    Raises:
        UserError: A part without images that have an attribute; one with a single value of it to fit on.
    """
    count = parts[MEASURED].contributions.shape[1]
    tables = [_rows(parts, attributes, methodcaller("component", i)).assign(component=i) for i in range(count)]
    return pd.concat(tables, ignore_index=True)


def output_decodability(parts: Parts, attributes: Sequence[str]) -> pd.DataFrame:
    """Held-out accuracy of a probe of z, as for components: feature, accuracy, chance, above, n.

    Raises:
        UserError: As for components.
    """
    return _rows(parts, attributes, attrgetter("z"))


def _rows(parts: Parts, attributes: Sequence[str], vectors: Callable[[Labelled], Tensor]) -> pd.DataFrame:
    seen = {split: vectors(part) for split, part in parts.items()}
    rows = []
    for attribute in attributes:
        values = measured(parts, attribute)
        right = accuracy(fitted(parts, seen, attribute), seen[MEASURED], values)
        level = chance(values)
        row = {"feature": attribute, "accuracy": right, "chance": level, "above": right - level}
        rows.append(row | {"n": int((values != NONE).sum())})
    return pd.DataFrame(rows)

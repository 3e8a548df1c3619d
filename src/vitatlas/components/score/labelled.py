"""Images with known attributes, in the parts that probes are fitted, chosen and measured on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vitatlas.encoders.quality.probe import Probe, fit_probe
from vitatlas.encoders.quality.splits import CHOSEN, FITTED, MEASURED, SPLITS
from vitatlas.errors import UserError

NONE = -1
"""The value of an image that does not have an attribute; it is left out where the attribute is asked for."""


@dataclass(frozen=True)
class Labelled:
    """Images of one part.

    Attributes:
        contributions: c_i in the model's space [N, n, d]; an array may be mapped from a file.
        z: The model's output [N, d].
        values: By attribute, the number of each image's value or `NONE`: int64 [N].
    """

    contributions: Tensor | np.ndarray
    z: Tensor
    values: Mapping[str, Tensor]

    def component(self, i: int) -> Tensor:
        """c_i [N, d] of all images."""
        chosen = self.contributions[:, i]
        return chosen if isinstance(chosen, Tensor) else torch.from_numpy(np.array(chosen))


Parts = Mapping[str, Labelled]
"""By the name of the split: `vitatlas.encoders.quality.splits`."""


def fitted(parts: Parts, vectors: Mapping[str, Tensor], attribute: str) -> Probe:
    """A linear probe of an attribute, its penalty chosen on other images.

    Args:
        parts: With the values.
        vectors: Of all images of each part [N, D].
        attribute: To read.

    Raises:
        UserError: A part without images that have the attribute; one with a single value of it to fit on.
    """
    kept = {split: parts[split].values[attribute] != NONE for split in SPLITS}
    values = {split: parts[split].values[attribute][kept[split]] for split in SPLITS}
    for split in SPLITS:
        if not len(values[split]):
            raise UserError(f"no image of part '{split}' has the attribute '{attribute}'", remedy="take more images")
    if len(values[FITTED].unique()) < 2:
        raise UserError(f"all images to fit on have the same value of '{attribute}'", remedy="take more images")
    x = {split: vectors[split][kept[split]] for split in (FITTED, CHOSEN)}
    count = 1 + max(int(values[split].max()) for split in SPLITS)
    return fit_probe(x[FITTED], values[FITTED], (x[CHOSEN], values[CHOSEN]), count)


def accuracy(probe: Probe, vectors: Tensor, values: Tensor) -> float:
    """The share of images that have the attribute of which the probe reads the value."""
    kept = values != NONE
    return float((probe(vectors[kept]) == values[kept]).double().mean())


def chance(values: Tensor) -> float:
    """The share of the commonest value among images that have the attribute."""
    counts = values[values != NONE].bincount()
    return float(counts.max() / counts.sum())


def measured(parts: Parts, attribute: str) -> Tensor:
    """The values of the images that accuracies are measured on."""
    return parts[MEASURED].values[attribute]

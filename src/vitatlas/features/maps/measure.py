"""The measures of one layer: of each unit over its pictures, and of the layer's tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from vitatlas.features.maps import locality, truth

CONTROL = "shuffled"
"""A map held against masks of other pictures."""

FITS = {"auc": truth.auc, "pointing": truth.pointing, "iou": truth.best_iou}


@dataclass(frozen=True)
class Measure:
    """One measure of a unit over pictures.

    Attributes:
        quantity: Its name.
        control: Empty, or what stands in the place of the right map.
        value: The mean over pictures.
        error: Its standard error; NaN for one picture.
        n: Pictures for which it is defined, at least one.
    """

    quantity: str
    control: str
    value: float
    error: float
    n: int


def summed_up(quantity: str, values: Tensor, control: str = "") -> Iterator[Measure]:
    """The mean over pictures for which the measure is defined (not NaN); nothing if there are none."""
    known = values[~values.isnan()]
    if len(known):
        error = float(known.std() / len(known) ** 0.5) if len(known) > 1 else float("nan")
        yield Measure(quantity, control, float(known.mean()), error, len(known))


def of_maps(maps: Tensor, least: float) -> Iterator[Measure]:
    """How local the maps of one unit are.

    | quantity | of section 6 | what |
    |---|---|---|
    | variation, gini | a | of the map shifted by the least activation |
    | above_half | b | share of patches above half the maximum, of maps with a positive one |
    | moran | d | Moran's I |

    Args:
        maps: [N, rows, columns].
        least: The least value of the activation.
    """
    yield from summed_up("variation", locality.variation(maps, least))
    yield from summed_up("gini", locality.gini(maps, least))
    yield from summed_up("above_half", locality.above_half(maps))
    yield from summed_up("moran", locality.moran(maps))


def of_fit(maps: Tensor, truths: Tensor, *, off: bool) -> Iterator[Measure]:
    """How well the maps of one unit find objects: `auc`, `pointing`, `iou`, each also `shuffled`, and the `area`.

    `area` is the share of patches on the object: what pointing at random scores, and the IoU of all patches; the AUC of
    guessing is .5.

    Args:
        maps: [N, rows, columns].
        truths: The patches on the object, bool [N, rows, columns].
        off: Whether to give `auc_off` too, of patches that are not on the object.
    """
    others = ~torch.eye(len(maps), dtype=torch.bool)
    for quantity, fit in FITS.items():
        fits = fit(maps, truths)
        shuffled = torch.where(others, fits, float("nan")).nanmean(0)
        yield from summed_up(quantity, fits.diagonal())
        yield from summed_up(quantity, shuffled, CONTROL)
        if quantity == "auc" and off:
            yield from summed_up("auc_off", 1 - fits.diagonal())
            yield from summed_up("auc_off", 1 - shuffled, CONTROL)
    yield from summed_up("area", truths.flatten(1).double().mean(1))


def of_relocation(maps: Tensor, back: Mapping[tuple[int, int], Tensor]) -> Iterator[Measure]:
    """The correlation of maps with those of rolled pictures, rolled back: `relocation`, mean over shifts (letter f).

    Args:
        maps: [N, rows, columns].
        back: By shift, [N, rows, columns]; none where patches do not divide the picture.
    """
    if back:
        found = torch.stack([locality.correlation(maps, other) for other in back.values()])
        yield from summed_up("relocation", found.mean(0))

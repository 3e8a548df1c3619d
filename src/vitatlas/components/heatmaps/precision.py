"""The fit of heat-maps to what texts name: average precision against the mask of the object, and what else reaches it.

For a place the truth is the background. Controls: heads drawn at random; a blob in the centre (for a place, all but the
centre); a constant map, whose average precision is the share of pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.align.maps import Maps
from vitatlas.components.decompose import Decomposer
from vitatlas.components.heatmaps.text_maps import summed, text_maps
from vitatlas.components.segment.floors import floors
from vitatlas.components.segment.foreground import enlarged
from vitatlas.components.segment.masks import Mask
from vitatlas.components.segment.metrics import average_precision
from vitatlas.components.segmentation.masked import MaskedBatch

PLACE = "location"
"""The attribute whose texts name the background."""

RANDOM, CENTRE, SHARE = "random", "centre", "share"


@dataclass(frozen=True)
class Measured:
    """A feature whose maps are held against masks.

    Attributes:
        feature: Its name.
        vectors: Of its texts, [k, text width].
        values: The text that each picture is, -1 where it is none: int64 [N].
        heads: By name of what is measured, the heads whose maps are summed.
        random: Heads drawn at random; their precision is averaged.
        is_place: Whether the truth is the background.
    """

    feature: str
    vectors: Tensor
    values: Tensor
    heads: dict[str, tuple[int, ...]]
    random: tuple[int, ...]
    is_place: bool


def precisions(of: Decomposer, maps: Maps, batch: MaskedBatch, measured: Measured) -> pd.DataFrame:
    """One row per picture that has the feature, and control: feature, control, picture (its position), value.

    Where there are no heads to draw, there is no control `random`.

    Raises:
        UserError: As `text_maps`.
    """
    values = measured.values[batch.start : batch.start + len(batch.masks)]
    kept = (values >= 0).nonzero().flatten().tolist()
    if not kept:
        return pd.DataFrame()
    images = batch.images[kept]
    texts = measured.vectors[values[kept]].to(images.device)
    heads = dict.fromkeys([*measured.random, *(head for some in measured.heads.values() for head in some)])
    found = text_maps(of, maps, images, heads, texts)
    named = {name: summed([found[head] for head in some]) for name, some in measured.heads.items()}
    drawn = {name: _enlarged(shares, images) for name, shares in named.items()}
    random = [_enlarged(found[head], images) for head in measured.random]
    rows = []
    for place, position in enumerate(kept):
        truth = _truth(batch.masks[position], is_place=measured.is_place)
        fits = {name: _fit(shown[place], truth) for name, shown in drawn.items()}
        if random:
            fits[RANDOM] = sum(_fit(shown[place], truth) for shown in random) / len(random)
        fits |= _floors(truth, is_place=measured.is_place)
        rows += [{"control": name, "picture": batch.start + position, "value": value} for name, value in fits.items()]
    return pd.DataFrame(rows).assign(feature=measured.feature)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Means over pictures: feature, control, value, error (their standard error), n."""
    grouped = rows.groupby(["feature", "control"], sort=False)["value"]
    return grouped.agg(value="mean", error="sem", n="count").reset_index()


def drawn_heads(candidates: Sequence[int], count: int, generator: torch.Generator) -> tuple[int, ...]:
    """Some heads at random, `count` different ones or all that there are."""
    order = torch.randperm(len(candidates), generator=generator).tolist()
    return tuple(candidates[place] for place in order[:count])


def _truth(mask: Mask, *, is_place: bool) -> Mask:
    return Mask(~mask.positive, mask.counted) if is_place else mask


def _floors(truth: Mask, *, is_place: bool) -> dict[str, float]:
    size = (truth.positive.shape[0], truth.positive.shape[1])
    # The random map is not asked for: it has the share of pixels, but for chance.
    known = floors(size, torch.Generator())
    centre = known["centre"].saliency
    return {
        CENTRE: _fit(-centre if is_place else centre, truth),
        SHARE: _fit(known["everything"].saliency, truth),
    }


def _enlarged(maps: Tensor, images: Tensor) -> Tensor:
    return enlarged(maps, (images.shape[-2], images.shape[-1])).cpu()


def _fit(shown: Tensor, truth: Mask) -> float:
    return average_precision(shown[truth.counted], truth.positive[truth.counted])

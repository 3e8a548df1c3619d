"""The fit of segmentations: per picture, and over a set of pictures (components, table 5).

The paper's measures pool pixels over the set. Means over pictures stand beside them, and rows of single pictures are
kept, so that intervals over pictures can be had.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.segment.foreground import Segmentation
from vitatlas.components.segment.masks import Mask


@dataclass(frozen=True)
class Score:
    """The fit of one segmentation; counts are of pixels.

    Attributes:
        pixels: All that are counted.
        correct: Those on the right side.
        intersection, union: Of the object and of what was taken for it.
        average_precision: Of the map, before it is divided.
    """

    pixels: int
    correct: int
    intersection: int
    union: int
    average_precision: float


def score(found: Segmentation, mask: Mask) -> Score:
    """The fit of a segmentation of one picture, [H, W].

    Raises:
        ValueError: Map and mask differ in size, or a value of the map is not finite.
    """
    if found.saliency.shape != mask.positive.shape:
        raise ValueError(f"map {tuple(found.saliency.shape)}, mask {tuple(mask.positive.shape)}")
    taken, positive = found.foreground[mask.counted], mask.positive[mask.counted]
    return Score(
        pixels=len(positive),
        correct=int((taken == positive).sum()),
        intersection=int((taken & positive).sum()),
        union=int((taken | positive).sum()),
        average_precision=average_precision(found.saliency[mask.counted], positive),
    )


def average_precision(values: Tensor, positive: Tensor) -> float:
    """Area under the steps of precision over recall, as scikit-learn has it: Σ (R_n - R_{n-1}) P_n.

    Equal values are one step, so that a constant map has the share of positives.

    Args:
        values: [N].
        positive: bool [N], at least one of them true.

    Raises:
        ValueError: A value is not finite.
    """
    if not bool(values.isfinite().all()):
        raise ValueError("a map has values that are not finite")
    order = values.argsort(descending=True)
    ranked, hits = values[order], positive[order].cumsum(0)
    steps = torch.cat([ranked[1:] != ranked[:-1], ranked.new_ones(1, dtype=torch.bool)]).nonzero().squeeze(1)
    found = hits[steps].double()
    precision = found / (steps + 1)
    gained = found.diff(prepend=found.new_zeros(1))
    return float((gained * precision).sum() / found[-1])


def pooled(scores: pd.DataFrame) -> dict[str, float]:
    """The fit over a set, by measure.

    | measure | of the paper | what |
    |---|---|---|
    | pixacc | yes | right pixels, of all pixels of the set |
    | miou | yes | intersection over union of the objects, both summed over the set |
    | map | yes | mean average precision over pictures |
    | iou_of_pictures | no | mean intersection over union of the object over pictures |
    | miou_of_two | no | mean of `miou` and of the same of the background; NaN if nothing is background |

    Args:
        scores: A row for each picture, with the attributes of `Score`.

    Raises:
        ValueError: There are none.
    """
    if scores.empty:
        raise ValueError("no pictures")
    pixels, correct, intersection, union = (
        int(scores[name].sum()) for name in ("pixels", "correct", "intersection", "union")
    )
    of_object = intersection / union
    # Where background and what was taken for it overlap, and where either is.
    both, either = correct - intersection, pixels - intersection
    return {
        "pixacc": correct / pixels,
        "miou": of_object,
        "map": float(scores["average_precision"].mean()),
        "iou_of_pictures": float((scores["intersection"] / scores["union"]).mean()),
        "miou_of_two": (of_object + (both / either if either else float("nan"))) / 2,
    }

"""The measures of an evaluation: loss, accuracy from true counts, area under the ROC curve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch.nn.functional as F
from torch import Tensor

METRICS = ("loss", "accuracy", "auc")


@dataclass(frozen=True)
class Measures:
    """The quality of `n` answers.

    Attributes:
        loss: Mean cross-entropy, in nats.
        accuracy: Share of right answers, of all `n`.
        auc: Area under the ROC curve of "same" against "different"; NaN where only one of them occurs.
        n: Number of images.
        auxiliary: What auxiliary losses say, by name.
    """

    loss: float
    accuracy: float
    auc: float
    n: int
    auxiliary: Mapping[str, float] = field(default_factory=dict)

    def items(self) -> Iterator[tuple[str, float]]:
        """Name and value of each metric, then of each auxiliary figure."""
        yield from ((name, getattr(self, name)) for name in METRICS)
        yield from self.auxiliary.items()


def measure(logits: Tensor, labels: Tensor, auxiliary: Mapping[str, float] | None = None) -> Measures:
    """Compare logits [N, 2] with labels [N] (1 = same); `auxiliary` is passed on."""
    logits, labels = logits.double().cpu(), labels.cpu()
    return Measures(
        loss=float(F.cross_entropy(logits, labels)),
        accuracy=int((logits.argmax(1) == labels).sum()) / len(labels),
        auc=area_under_curve((logits[:, 1] - logits[:, 0]).numpy(), labels.numpy()),
        n=len(labels),
        auxiliary=auxiliary or {},
    )


def area_under_curve(score: np.ndarray, label: np.ndarray) -> float:
    """The probability that a positive scores higher than a negative, a tie counting one half (Mann-Whitney).

    Args:
        score: Float [N].
        label: 0 or 1, [N].

    Returns:
        NaN where one of the classes does not occur.
    """
    positives = int(label.sum())
    pairs = positives * (len(label) - positives)
    if not pairs:
        return float("nan")
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]  # 1 for the lowest; equal scores share their mean rank
    return float((rank[label == 1].sum() - positives * (positives + 1) / 2) / pairs)

"""Linear heads that tell the classes by z (Balasubramanian et al., section 6.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitatlas.components.config.uses import HeadTraining
from vitatlas.config.read import require_known


def trained_head(z: Tensor, classes: Tensor, count: int, settings: HeadTraining, seed: int) -> nn.Linear:
    """A linear head, trained by Adam on cross-entropy; frozen.

    Args:
        z: Representations [N, d].
        classes: Their classes, int64 [N].
        count: How many classes there are.
        settings: How it is trained.
        seed: What its initial weights and the order of the pictures derive from.
    """
    generator = torch.Generator().manual_seed(seed)
    head = nn.Linear(z.shape[1], count)
    bound = z.shape[1] ** -0.5  # torch's own initial weights, from this generator
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.uniform_(-bound, bound, generator=generator)
    optimizer = torch.optim.Adam(head.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
    for _ in range(settings.epochs):
        for rows in torch.randperm(len(z), generator=generator).split(settings.batch):
            optimizer.zero_grad()
            F.cross_entropy(head(z[rows]), classes[rows]).backward()
            optimizer.step()
    return head.requires_grad_(False)


def zero_shot_head(texts: Mapping[str, Tensor], classes: Sequence[str]) -> nn.Linear:
    """A head made of the names of the classes: the logit is z · y of the name's text y.

    Args:
        texts: Vectors by text [d].
        classes: The names.

    Raises:
        UserError: A name is no text.
    """
    for name in classes:
        require_known(name, texts, "text", "key `features`, which `removal.zero_shot` takes the names of classes from")
    weight = torch.stack([texts[name] for name in classes])
    head = nn.Linear(weight.shape[1], len(weight), bias=False)
    head.load_state_dict({"weight": weight})
    return head.requires_grad_(False)

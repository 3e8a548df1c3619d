"""The error of a decomposition: how exactly components sum to the representation, and tokens to heads.

The same pictures in both precisions, by each policy for biases, and by both rules for the statistics that norms are
frozen with: the norms' own, and those of the authors' code, which no precision makes exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.config.protocol import Switch
from vitatlas.components.decompose import Decomposer, error_of, token_shares
from vitatlas.components.numerics.bias_policy import POLICIES
from vitatlas.components.numerics.heads import direction, split_heads
from vitatlas.components.numerics.spec import Precision
from vitatlas.models.encoder import Encoder

PRECISIONS: dict[Precision, torch.dtype] = {"float32": torch.float32, "float64": torch.float64}
RULES: tuple[Switch, ...] = ("corrected", "reference")


def exactness(encoder: Encoder, batches: Sequence[Tensor], start: str | None, seed: int) -> pd.DataFrame:
    """One row per error: quantity, policy, layernorm, precision, picture (its number), value.

    `quantity` is `sum`: ‖Σc - z‖ / ‖z‖ of a picture; or `tokens`: see `token_error`, over all heads that can be split.
    Leaves the encoder in double precision.

    Args:
        encoder: In evaluation mode.
        batches: Pictures [B, 3, side, side] uint8.
        start: The first block that is decomposed.
        seed: What the direction derives from that tokens are summed along.
    """
    return pd.concat([_of_precision(encoder, name, batches, start, seed) for name in PRECISIONS], ignore_index=True)


def _of_precision(
    encoder: Encoder, precision: Precision, batches: Sequence[Tensor], start: str | None, seed: int
) -> pd.DataFrame:
    encoder = encoder.to(PRECISIONS[precision])
    rows = []
    for policy, layernorm in product(POLICIES, RULES):
        of = Decomposer(encoder, start, policy, layernorm=layernorm)
        errors = torch.cat([error_of(of, images) for images in batches])
        rows.append(_rows("sum", errors, policy=policy, layernorm=layernorm))
    of = Decomposer(encoder, start)
    if heads := split_heads(of):
        errors = torch.cat([token_error(of, images, heads, direction(of, seed)) for images in batches])
        rows.append(_rows("tokens", errors, policy=of.policy, layernorm=of.layernorm))
    return pd.concat(rows, ignore_index=True).assign(precision=precision)


def token_error(of: Decomposer, images: Tensor, heads: Sequence[int], along: Tensor) -> Tensor:
    """The length of the differences between heads and the sums of their tokens, as a share of the heads' own, [B].

    Args:
        of: By policy `separate`.
        images: [B, 3, side, side] uint8.
        heads: Numbers of components.
        along: The direction [d] that both are projected on.
    """
    wanted = of(images)[1][:, heads] @ along
    shares = token_shares(of, images, dict.fromkeys(heads, along))
    found = torch.stack([shares[number].maps.sum((1, 2)) + shares[number].rest for number in heads], dim=1)
    return (found - wanted).norm(dim=1) / wanted.norm(dim=1)


def _rows(quantity: str, errors: Tensor, **about: str) -> pd.DataFrame:
    return pd.DataFrame({"quantity": quantity, **about, "picture": range(len(errors)), "value": errors.double().cpu()})

"""The rules by which relevance goes from a layer's output to what the layer reads.

Norms, activation functions, softmax and LayerScale hand it on unchanged. Where a value is read twice, relevances add.
Pictures are the first axis of every tensor, and no rule mixes them.
"""

from __future__ import annotations

from torch import Tensor

from vitatlas.components.segment.ratio import ratio


def through_linear(relevance: Tensor, values: Tensor, weight: Tensor) -> Tensor:
    """Relevance of what a linear layer reads: each output's is shared among its positive contributions.

    R_in = x⁺ ⊙ W⁺ᵀs + x⁻ ⊙ W⁻ᵀs with s = R / (W⁺x⁺ + W⁻x⁻). The bias takes no part. The relevance of an output without
    positive contributions is lost.

    Args:
        relevance: Of the outputs, [..., M].
        values: x, [..., N].
        weight: W, [M, N].

    Returns:
        [..., N].
    """
    above, below = values.clamp(min=0), values.clamp(max=0)
    rising, falling = weight.clamp(min=0), weight.clamp(max=0)
    share = ratio(relevance, above @ rising.T + below @ falling.T)
    return above * (share @ rising) + below * (share @ falling)


def through_product(relevance: Tensor, left: Tensor, right: Tensor) -> tuple[Tensor, Tensor]:
    """Relevance of both factors of a matrix product: operand ⊙ gradient of the product against R / product, halved.

    Args:
        relevance: Of the product, [..., N, M].
        left: [..., N, K].
        right: [..., K, M].
    """
    share = ratio(relevance, left @ right)
    return left * (share @ right.mT) / 2, right * (left.mT @ share) / 2


def through_sum(relevance: Tensor, first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Relevance of both terms of a sum: x_k ⊙ R / (x₁ + x₂), each brought to its part of the picture's relevance.

    With Σ_k the total of a term over the picture, that part is |Σ_k| / (|Σ₁| + |Σ₂|).
    """
    share = ratio(relevance, first + second)
    parts = first * share, second * share
    totals = [_total(part) for part in parts]
    factor = ratio(_total(relevance), totals[0].abs() + totals[1].abs())
    # |Σ_k| / Σ_k is the sign of Σ_k.
    return parts[0] * totals[0].sign() * factor, parts[1] * totals[1].sign() * factor


def _total(values: Tensor) -> Tensor:
    """The sum over each picture, [B, 1, …]."""
    return values.sum(dim=tuple(range(1, values.ndim)), keepdim=True)

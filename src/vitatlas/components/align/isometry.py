"""Isometries: how far matrices are from being one, the nearest one, and steps that stay among them.

A matrix W [width, text width] maps c to cW. It can be an isometry, W Wᵀ = I, if the text space is at least as wide;
else it can only be one backwards, Wᵀ W = I. Everything here takes the side that is possible: `lying` turns a matrix
so that it has no more rows than columns, and its rows are what can be orthonormal.
"""

from __future__ import annotations

import torch
from torch import Tensor

CLOSE = 1e-3
"""Once R Rᵀ is this near to I (Frobenius norm), one more iteration is exact to the precision of float32."""

MOST = 50
"""Iterations that not even a nearly singular matrix needs."""


def lying(matrices: Tensor) -> Tensor:
    """Matrices [..., width, text width], transposed if they have more rows than columns."""
    return matrices.mT if matrices.shape[-2] > matrices.shape[-1] else matrices


def off_identity(rows: Tensor) -> Tensor:
    """R Rᵀ - I, [..., n, n], of matrices R [..., n, m]: zero where the rows are orthonormal."""
    return rows @ rows.mT - torch.eye(rows.shape[-2], dtype=rows.dtype, device=rows.device)


def isometry_penalty(weights: Tensor) -> Tensor:
    """Mean over the maps of ‖W Wᵀ - I‖²_F / width; of ‖Wᵀ W - I‖²_F / text width where the text space is narrower.

    Zero for isometries, (k - 1)² for maps with W Wᵀ = k I.

    Args:
        weights: [components, width, text width].
    """
    gap = off_identity(lying(weights))
    return gap.square().sum() / (gap.shape[0] * gap.shape[1])


def reference_penalty(weights: Tensor) -> Tensor:
    """Mean over the maps of ‖Wᵀ W - I‖²_F / text width, as in the authors' code.

    Where the text space is the wider one it is at least 1 - width / text width, by the rank of Wᵀ W.

    Args:
        weights: [components, width, text width].
    """
    gap = off_identity(weights.mT)
    return gap.square().sum() / (gap.shape[0] * gap.shape[1])


def polar(matrices: Tensor) -> Tensor:
    """The nearest isometries to matrices [..., width, text width] of full rank: their polar factors."""
    left, _, right = torch.linalg.svd(matrices, full_matrices=False)
    return left @ right


def retracted(matrices: Tensor) -> Tensor:
    """The polar factors again, by iteration: faster than `polar` where they are near, as after one step of a training.

    Newton's iteration in Schulz's form, R ← 3/2 R - 1/2 R Rᵀ R, converges if no singular value exceeds 1; the largest
    row sum of R Rᵀ bounds their squares.
    """
    rows = lying(matrices)
    rows = rows / torch.linalg.matrix_norm(rows @ rows.mT, ord=torch.inf).sqrt()[..., None, None]
    for _ in range(MOST):
        gap = off_identity(rows)
        rows = rows - gap @ rows / 2
        if torch.linalg.matrix_norm(gap).max() < CLOSE:
            break
    return rows.mT if matrices.shape[-2] > matrices.shape[-1] else rows


def tangent(gradients: Tensor, isometries: Tensor) -> Tensor:
    """The part of gradients along which isometries can move: G - sym(G Rᵀ) R, of lying matrices R.

    Without it a step that is rescaled entry by entry, as Adam's is, would leave a minimum.
    """
    rows, along = lying(isometries), lying(gradients)
    across = along @ rows.mT
    moved = along - (across + across.mT) @ rows / 2
    return moved.mT if gradients.shape[-2] > gradients.shape[-1] else moved

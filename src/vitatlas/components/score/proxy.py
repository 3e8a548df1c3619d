"""The proxy by which Tables 2 and 4 judge scores: does a component move with what CLIP sees of a feature?

Score and proxy share f_i(c_i), so that a random encoder with an aligner of its own reaches a fair agreement as well.
"""

from __future__ import annotations

import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.score.accumulate import Accumulated
from vitatlas.errors import UserError


def text_correlations(seen: Accumulated) -> Tensor:
    """rho_{i,s} [components, K]: correlation over images of component i's similarity with text s and CLIP's with s.

    NaN where one of them does not vary.

    Raises:
        UserError: Images without CLIP's embeddings.
    """
    if seen.texts.n != seen.images:
        raise UserError(
            f"{seen.images - seen.texts.n} of {seen.images} images have no embeddings of CLIP",
            remedy="embed the same images with the CLIP model",
        )
    one = torch.ones((), dtype=torch.float64)
    length = seen.components.length
    return seen.texts.correlation(torch.ones_like(length) if seen.similarity == "cosine" else length, one)


def proxies(seen: Accumulated) -> pd.DataFrame:
    """proxy_{i,p}: the mean of rho_{i,s} over the texts s of feature p [components × features].

    Raises:
        UserError: Images without CLIP's embeddings.
    """
    return seen.features.table(seen.features.means(text_correlations(seen)))

"""Labels of pictures by feature: which of the feature's texts each picture shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.score.labelled import Labelled
from vitatlas.components.store.read import Contributions
from vitatlas.errors import UserError


def labels_of(pictures: pd.DataFrame, attribute: str, texts: Sequence[str]) -> Tensor:
    """The number of the text that is a picture's value of the attribute, -1 where none is: int64 [N].

    Raises:
        UserError: The pictures' table does not have the attribute.
    """
    if attribute not in pictures:
        raise UserError(
            f"nothing is known of the attribute '{attribute}' of these pictures",
            where="key `features`",
            remedy="take out `attribute`, or take scenes of the picture world",
        )
    return torch.from_numpy(pd.Index(texts).get_indexer(pd.Index(pictures[attribute])))


def labelled(contributions: Contributions, labels: Mapping[str, str], values: Mapping[str, Sequence[str]]) -> Labelled:
    """Pictures with their values of each feature that has an attribute.

    Args:
        contributions: Of one part.
        labels: The attribute, by feature.
        values: The texts, by feature.
    """
    known = {name: labels_of(contributions.pictures, labels[name], values[name]) for name in labels}
    return Labelled(contributions.vectors, torch.from_numpy(contributions.z()), known)

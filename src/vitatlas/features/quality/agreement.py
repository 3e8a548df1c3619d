"""Pictures of features compared by embeddings: which are alike, and which belong together (for figure 4)."""

from __future__ import annotations

import numpy as np


def directions(embeddings: np.ndarray, names: np.ndarray) -> np.ndarray:
    """Embeddings [N, D] less their mean over what is named (each name counts once), of length 1; 0 stays 0."""
    found = embeddings.astype(float)
    found = found - np.stack([found[names == name].mean(0) for name in np.unique(names)]).mean(0)
    length = np.linalg.norm(found, axis=1, keepdims=True)
    return np.divide(found, length, out=np.zeros_like(found), where=length > 0)


def agreement(embeddings: np.ndarray, units: np.ndarray, replicates: np.ndarray) -> np.ndarray:
    """How much more alike each picture is to its feature's other replicates than to other features' pictures: [N].

    The mean cosine with the former minus the mean cosine with the latter, of centred embeddings. NaN where a feature
    has one replicate, or where there is one feature.

    Args:
        embeddings: float [N, D], of one layer and one way to visualise.
        units, replicates: Of each picture, int64 [N].
    """
    cosines = _cosines(directions(embeddings, units))
    same = units[:, None] == units
    return _mean(cosines, same & (replicates[:, None] != replicates)) - _mean(cosines, ~same)


def partner_found(embeddings: np.ndarray, units: np.ndarray, replicates: np.ndarray) -> np.ndarray:
    """How often the most alike picture of another replicate is of the same feature: [N], over the other replicates.

    By chance one over the number of features. NaN as for `agreement`.
    """
    cosines = _cosines(directions(embeddings, units))
    hits: list[np.ndarray] = []
    for other in np.unique(replicates):
        among = np.flatnonzero(replicates == other)
        there = (units[:, None] == units[among]).any(1) & (replicates != other) & (len(np.unique(units[among])) > 1)
        nearest = units[among[cosines[:, among].argmax(1)]]
        hits.append(np.where(there, nearest == units, np.nan))
    return _mean(np.stack(hits, 1), ~np.isnan(np.stack(hits, 1)))


def natural_agreement(embeddings: np.ndarray, units: np.ndarray, natural: np.ndarray, of: np.ndarray) -> np.ndarray:
    """How much more alike each picture is to its unit's natural top pictures than to those of other units: [N, 2].

    Columns: the cosine with the mean embedding of the own ones minus the mean cosine with those of others; and whether
    the own ones are the most alike (1 or 0; by chance one over the number of units). Visualisations and natural
    pictures are centred each by themselves, so that what all visualisations share does not count. NaN where there are
    fewer than two units, or the unit has no natural pictures.

    Args:
        embeddings: float [N, D], of visualisations.
        units: Of each, int64 [N].
        natural: float [U, D], mean embeddings of natural top pictures.
        of: The unit of each, int64 [U], each once.
    """
    if len(of) < 2:
        return np.full((len(units), 2), np.nan)
    cosines = directions(embeddings, units) @ directions(natural, of).T
    own = units[:, None] == of
    known = own.any(1)
    nearest = np.where(known, of[cosines.argmax(1)] == units, np.nan)
    return np.stack([_mean(cosines, own) - _mean(cosines, ~own), nearest], 1)


def _cosines(vectors: np.ndarray) -> np.ndarray:
    found: np.ndarray = vectors @ vectors.T
    return found


def _mean(values: np.ndarray, which: np.ndarray) -> np.ndarray:
    """The mean of each row over some columns; NaN where there are none."""
    count = which.sum(1)
    return np.where(which, values, 0).sum(1) / np.where(count > 0, count, np.nan)

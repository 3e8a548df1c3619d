"""The loss of a visualisation (eqs. 1 and 2 of the paper; the authors' code)."""

from __future__ import annotations

from torch import Tensor

from vitatlas.features.config.visualise import Preset


def losses(means: Tensor, variation: Tensor, weights: Tensor, objective: Preset, patches: int) -> Tensor:
    """The loss of each feature, [N]: weight · total variation - activation, both in the mean over copies.

    Under `paper` that is a sum over copies and patches, under `reference` it is divided by the copies once more; the
    scale is that of both terms, so that the weight means the same.

    Args:
        means: The unit's mean over patches, per feature and copy [N, B].
        variation: Total variation of each feature's copies, in the mean [N].
        weights: Of total variation, on the scale of `means` [N].
        objective: The switch `protocol.objective`.
        patches: Patches per picture.
    """
    copies = means.shape[1]
    scale = {"corrected": 1.0, "paper": float(copies * patches), "reference": 1 / copies}[objective]
    return scale * (weights * variation - means.mean(1))

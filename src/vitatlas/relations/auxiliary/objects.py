"""The objects of a split's scenes, as auxiliary losses see them: where each lies, and what it is."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.models.stages import take
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.scenes import Scenes


@dataclass(frozen=True)
class Objects:
    """N scenes of K objects, each of which covers n patches.

    Attributes:
        patches: int64 [N, K, n], indices of the patches under each object, row-major.
        shape, color: int64 [N, K], ids.
        same: int64 [N, 2], whether sample and display pair are the same; -1 where there is no display pair.
    """

    patches: Tensor
    shape: Tensor
    color: Tensor
    same: Tensor

    @classmethod
    def of(cls, scenes: Scenes, geometry: Geometry, device: str | torch.device) -> Objects:
        """The objects of scenes, on the device.

        Raises:
            UserError: An object lies outside the canvas, so that a model sees no patch of it.
        """
        patches = scenes.tokens(geometry)
        _check_visible(patches, geometry)
        same = np.stack([scenes.sample_same, scenes.display_same], axis=1)
        arrays = (patches, scenes.shape, scenes.color, same)
        return cls(*(torch.from_numpy(array.astype(np.int64)).to(device) for array in arrays))

    def __getitem__(self, index: Tensor) -> Objects:
        """Those of the scenes `index` (int64 [B])."""
        return Objects(**{field.name: getattr(self, field.name)[index] for field in fields(self)})

    def take(self, tokens: Tensor, prefix: int) -> Tensor:
        """The objects' tokens [B, K, n, D] of a residual stream [B, prefix + patches, D]."""
        return take(tokens, (self.patches + prefix).flatten(1)).unflatten(1, self.patches.shape[1:])


def _check_visible(patches: np.ndarray, geometry: Geometry) -> None:
    outside = (patches < 0) | (patches >= geometry.grid**2)
    if outside.any():
        scene, index = np.argwhere(outside.any(-1))[0]
        raise UserError(
            f"object {index} of scene {scene} has patches outside the canvas: no model sees them",
            where="the table of scenes",
            remedy="delete it and make it again",
        )

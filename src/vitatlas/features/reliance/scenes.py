"""Scenes of the picture world without their object, and without all else.

The outline and the box hold every pixel that the object touches, so that nothing of it is left in the background. A
hole in the outline shows the object's silhouette all the same. The honest background is the scene drawn without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from torch import Tensor

from vitatlas.encoders.seen.pictures import WorldPictures
from vitatlas.features.reliance.conditions import FULL, Masking, maskings
from vitatlas.features.reliance.masks import FILLS, MASKED, box_masks
from vitatlas.images.world.parts import Parts


@dataclass(frozen=True)
class MaskedScenes:
    """See `Stimuli`.

    Args:
        pictures: The scenes.
        colours: The fills, uint8 [3] each.
    """

    pictures: WorldPictures
    colours: dict[str, Tensor]

    @property
    def table(self) -> pd.DataFrame:
        """See `Stimuli`."""
        return self.pictures.table

    @cached_property
    def conditions(self) -> list[Masking]:
        """See `Stimuli`."""
        return maskings(("boxes", "exact"), FILLS, scene=True)

    def batches(self, size: int, start: int = 0) -> Iterator[Iterator[Tensor]]:
        """See `Stimuli`."""
        renderer = self.pictures.renderer
        for first in range(start, len(self.table), size):
            yield self._shown(renderer.parts(renderer.load(self.table.iloc[first : first + size])))

    def _shown(self, parts: Parts) -> Iterator[Tensor]:
        side = parts.picture.shape[-1]
        inside = {"boxes": box_masks(parts.box, side, side), "exact": parts.grown}
        whole = {FULL: parts.picture, "scene": parts.background}
        for way in self.conditions:
            if way.shown in whole:
                yield whole[way.shown]
            else:
                yield MASKED[way.shown](parts.picture, inside[way.mask], self.colours[way.fill])

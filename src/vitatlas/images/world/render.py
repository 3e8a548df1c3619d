"""Drawing scenes: a pure function from a table of scenes to pictures and their parts.

1. The sprite of an object is laid over its background. Coverages are integers (`silhouettes.raster`), a pixel is a sum
   of background, first and second tone, dark and light in 1/256 each, which is exact.
2. Brightness and warmth scale each channel, by 1/256.
3. Pixel noise is added: a hash of (noise seed of the scene, pixel), no stream of random numbers.

All of it is integer arithmetic on sprites and backgrounds that are drawn once, on the CPU. So the same scene has the
same pixels on a CPU and on a GPU, alone and among others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import torch

from vitatlas.errors import UserError
from vitatlas.images.world.batch import Batch, load
from vitatlas.images.world.noise import noise
from vitatlas.images.world.palette import DARK, LIGHT
from vitatlas.images.world.parts import Parts, boxes
from vitatlas.images.world.silhouettes.raster import frame

LEAST_SIDE = 32
_OPAQUE = 0xFFFFFF  # body, dark and light of a packed coverage
_CHUNK = 16  # scenes drawn at once on a CPU, so that the work stays in its cache


@dataclass(frozen=True)
class _Laid:
    """Sprites and second tones of B scenes at their places, int32 [B, side²] each."""

    sprite: torch.Tensor
    second: torch.Tensor


class Renderer:
    """Draws scenes at one size.

    Args:
        side: Of the pictures, in pixels.
        device: Where to draw.

    Call it with a table of scenes to get their pictures; to draw often from one table, `load` it once and `render`
    rows of it; `in_batches` goes through a table of any length.

    Raises:
        UserError: The side is too small for the objects to be seen.
    """

    def __init__(self, side: int = 64, device: str | torch.device = "cpu"):
        if side < LEAST_SIDE:
            raise UserError(
                f"pictures of {side} pixels are too small for the world", remedy=f"take a side of {LEAST_SIDE} or more"
            )
        self.side, self.device = side, torch.device(device)
        self._dark, self._light = (
            torch.tensor(tone, dtype=torch.int32, device=self.device)[:, None] for tone in (DARK, LIGHT)
        )
        self._line = torch.arange(side, device=self.device)

    def __call__(self, scenes: pd.DataFrame) -> torch.Tensor:
        """The pictures of all scenes: uint8 [N, 3, side, side], RGB."""
        return self.render(self.load(scenes))

    def load(self, scenes: pd.DataFrame) -> Batch:
        """Bring scenes to the device, with the sprites and backgrounds that they need.

        Raises:
            UserError: The table lacks a column, or has a value that cannot be drawn.
        """
        return load(scenes, self.side, self.device)

    def render(self, batch: Batch, index: torch.Tensor | None = None) -> torch.Tensor:
        """The pictures of the rows `index` (int64 [B]; all if None) of `batch`: uint8 [B, 3, side, side]."""
        return torch.cat([self._draw(batch, rows) for rows in self._chunks(batch, index)])

    def parts(self, batch: Batch, index: torch.Tensor | None = None, fill: tuple[int, int, int] = (0, 0, 0)) -> Parts:
        """The pictures of the rows `index` of `batch` and what they consist of; objects alone lie on `fill`."""
        found = [self._take_apart(batch, rows, fill) for rows in self._chunks(batch, index)]
        names = Parts.__dataclass_fields__
        return Parts(**{name: torch.cat([getattr(part, name) for part in found]) for name in names})

    def in_batches(self, scenes: pd.DataFrame, size: int = 256) -> Iterator[tuple[pd.DataFrame, torch.Tensor]]:
        """Rows of a table with their pictures, `size` at a time; memory does not grow with the table."""
        for start in range(0, len(scenes), size):
            rows = scenes.iloc[start : start + size]
            yield rows, self(rows)

    def _chunks(self, batch: Batch, index: torch.Tensor | None) -> tuple[torch.Tensor, ...]:
        rows = torch.arange(len(batch), device=self.device) if index is None else index.to(self.device)
        return rows.split(_CHUNK if self.device.type == "cpu" else max(len(rows), 1))

    def _draw(self, batch: Batch, rows: torch.Tensor) -> torch.Tensor:
        behind = batch.backgrounds.index_select(0, batch.background[rows])
        return self._finish(self._blend(batch, rows, self._lay(batch, rows), behind), batch, rows)

    def _take_apart(self, batch: Batch, rows: torch.Tensor, fill: tuple[int, int, int]) -> Parts:
        laid, behind = self._lay(batch, rows), batch.backgrounds.index_select(0, batch.background[rows])
        shape = (len(rows), self.side, self.side)
        grown = ((laid.sprite & _OPAQUE) != 0).view(shape)
        color = torch.tensor(fill, dtype=torch.uint8, device=self.device)[:, None]
        alone = self._finish(self._blend(batch, rows, laid, color.expand_as(behind)), batch, rows)
        return Parts(
            picture=self._finish(self._blend(batch, rows, laid, behind), batch, rows),
            background=self._finish(behind.int() << 8, batch, rows),
            alone=torch.where(grown[:, None], alone, color[..., None]),
            mask=((laid.sprite >> 24) >= 8).view(shape),
            grown=grown,
            box=boxes(grown),
        )

    def _lay(self, batch: Batch, rows: torch.Tensor) -> _Laid:
        """Sprites and patterns at their places."""
        side, size = self.side, frame(self.side)
        # Outside the square of the sprite its margin is taken, which is transparent.
        y, x = (
            (self._line - corner[:, None]).clamp_(0, size - 1)
            for corner in batch.corner.index_select(0, rows).unbind(1)
        )
        place = (y[:, :, None] * size + x[:, None, :]).view(len(rows), side * side)
        ids = [which.index_select(0, rows)[:, None] * size**2 + place for which in (batch.sprite, batch.pattern)]
        sprite, second = (
            table.view(-1).index_select(0, index.view(-1)).view_as(index)
            for table, index in zip((batch.sprites, batch.patterns), ids, strict=True)
        )
        return _Laid(sprite, second)

    def _blend(self, batch: Batch, rows: torch.Tensor, laid: _Laid, behind: torch.Tensor) -> torch.Tensor:
        """Objects over backgrounds (uint8 [B, 3, side²]) in 1/256: int32 [B, 3, side²]."""
        body, dark, light = ((laid.sprite >> shift) & 0xFF for shift in (0, 8, 16))
        second = body * laid.second
        first = (body << 4) - second
        tones = batch.tones.index_select(0, rows).unsqueeze(-1)
        result = behind.int() * (256 - ((body + dark + light) << 4))[:, None]
        result += (dark << 4)[:, None] * self._dark + (light << 4)[:, None] * self._light
        return result.add_(first[:, None] * tones[:, 0]).add_(second[:, None] * tones[:, 1])

    def _finish(self, blended: torch.Tensor, batch: Batch, rows: torch.Tensor) -> torch.Tensor:
        """Brightness, warmth and noise: uint8 [B, 3, side, side]."""
        gain = batch.gain.index_select(0, rows)[:, :, None]
        values = ((blended * gain) >> 16) + noise(batch.noise.index_select(0, rows), self.side**2)
        return values.clamp_(0, 255).to(torch.uint8).view(-1, 3, self.side, self.side)

"""Drawing scenes: a pure function from a table of scenes to images, in batches, on the device that trains.

1. The silhouette of each object, in its colour, is put at its place on a white canvas.
2. Each channel of each of its pixels gets normal noise, is clipped to [0, 250] and truncated (Lepori et al.,
   appendix A). The noise is no stream of random numbers but a hash of (noise seed of the object, pixel), of which each
   channel takes 16 bits and looks them up in a table of normal quantiles.

All of it is integer arithmetic, so that the same scene has the same pixels on a CPU and on a GPU, alone and in a batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from vitatlas.errors import UserError
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.colors import COLORS
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.shapes import atlas

BRIGHTEST = 250
"""No channel of an object is brighter; the background is 255."""

# Multipliers of the splitmix64 generator (Steele, Lea, Flood 2014), as signed 64-bit integers.
_STEP, _MIX_1, _MIX_2 = (value - 2**64 for value in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_CHUNK = 2**15  # silhouette pixels drawn at once on a CPU, so that the work stays in its cache


@dataclass(frozen=True)
class Batch:
    """The numbers needed to draw scenes, on the renderer's device; made by `Renderer.load`.

    Attributes:
        shape: int64 [N, K], silhouette ids.
        rgb: int16 [N, K, 3], colours.
        corner: int64 [N, K], index of the silhouette's top left pixel on the canvas, row-major.
        noise: int64 [N, K], noise seeds.
        label: int64 [N].
    """

    shape: torch.Tensor
    rgb: torch.Tensor
    corner: torch.Tensor
    noise: torch.Tensor
    label: torch.Tensor

    def __len__(self) -> int:
        return len(self.label)


class Renderer:
    """Draws scenes of one geometry.

    Args:
        geometry: The canvas, and how objects lie on it.
        noise_std: Standard deviation of the pixel noise, in grey levels of 255.
        device: Where to draw.
        silhouettes: What shape ids stand for, bool [shapes, sprite, sprite]; None: the atlas.

    Call it with scenes to get their images, uint8 [N, 3, canvas, canvas]; to draw often from one table, `load` it once
    and `render` rows of it.
    """

    def __init__(
        self,
        geometry: Geometry,
        noise_std: float,
        device: str | torch.device = "cpu",
        silhouettes: np.ndarray | None = None,
    ):
        self.geometry, self.device = geometry, torch.device(device)
        size = geometry.sprite
        inside = atlas(size) if silhouettes is None else silhouettes
        outside = np.where(inside, 0, 255).astype(np.uint8).reshape(len(inside), size * size)
        pixel = np.arange(size * size)
        self._outside = torch.from_numpy(outside).to(self.device)
        self._inside_box = torch.from_numpy(pixel // size * geometry.canvas + pixel % size).to(self.device)
        self._counter = (torch.from_numpy(pixel) * _STEP).to(self.device)
        self._noise = normal_table(noise_std).to(self.device)

    def __call__(self, scenes: Scenes) -> torch.Tensor:
        """The images of all `scenes`: uint8 [N, 3, canvas, canvas], RGB."""
        return self.render(self.load(scenes))

    def load(self, scenes: Scenes) -> Batch:
        """Bring scenes to the device.

        Raises:
            UserError: They do not fit the geometry, or name shapes or colours that do not exist.
        """
        self._check(scenes)
        canvas, patch = self.geometry.canvas, self.geometry.patch
        y = scenes.row.astype(np.int64) * patch + scenes.dy
        x = scenes.col.astype(np.int64) * patch + scenes.dx
        arrays = {
            "shape": scenes.shape.astype(np.int64),
            "rgb": COLORS[scenes.color].astype(np.int16),
            "corner": y * canvas + x,
            "noise": scenes.noise.astype(np.int64),
            "label": scenes.label.astype(np.int64),
        }
        return Batch(**{name: torch.from_numpy(array).to(self.device) for name, array in arrays.items()})

    def render(self, batch: Batch, index: torch.Tensor | None = None) -> torch.Tensor:
        """The images of the rows `index` (int64 [B]; all if None) of `batch`: uint8 [B, 3, canvas, canvas]."""
        index = torch.arange(len(batch), device=self.device) if index is None else index.to(self.device)
        canvas = self.geometry.canvas
        images = torch.full((len(index), 3, canvas * canvas), 255, dtype=torch.uint8, device=self.device)
        pixels = batch.shape.shape[1] * self.geometry.sprite**2
        step = max(_CHUNK // pixels, 1) if self.device.type == "cpu" else max(len(index), 1)
        for start in range(0, len(index), step):
            self._draw(images[start : start + step], batch, index[start : start + step])
        return images.view(-1, 3, canvas, canvas)

    def _draw(self, images: torch.Tensor, batch: Batch, index: torch.Tensor) -> None:
        # index_select, here and below, is several times faster on a CPU than indexing with brackets.
        bits = _hash(batch.noise[index].unsqueeze(-1) + self._counter)  # [B, K, pixels of a silhouette]
        quantiles = torch.stack([bits, bits >> 16, bits >> 32], dim=1).bitwise_and_(0xFFFF)
        values = self._noise.index_select(0, quantiles.flatten()).view_as(quantiles)
        values += batch.rgb[index].permute(0, 2, 1).unsqueeze(-1)
        sprites = values.clamp_(0, BRIGHTEST).to(torch.uint8)
        shape = batch.shape[index]
        sprites |= self._outside.index_select(0, shape.flatten()).view(len(index), 1, *bits.shape[1:])  # 255: white
        where = batch.corner[index].unsqueeze(-1) + self._inside_box
        images.scatter_(2, where.flatten(1).unsqueeze(1).expand(-1, 3, -1), sprites.flatten(2))

    def _check(self, scenes: Scenes) -> None:
        last = self.geometry.grid - self.geometry.span
        jitter, shapes, colors = self.geometry.jitter, len(self._outside) - 1, len(COLORS) - 1
        limits = {"row": last, "col": last, "dy": jitter, "dx": jitter, "shape": shapes, "color": colors}
        for name, limit in limits.items():
            values = getattr(scenes, name)
            if len(values) and (values.min() < 0 or values.max() > limit):
                raise UserError(
                    f"scenes do not fit this geometry: {name} is {values.min()}…{values.max()}, allowed is 0…{limit}",
                    remedy="render scenes with the geometry they were made for",
                )


def normal_table(std: float) -> torch.Tensor:
    """floor(x) for the 65,536 quantiles x of Normal(0, std) at (i + ½) / 65,536: int16 [65536].

    Adding floor(x) to an integer and clipping is the same as adding x, clipping and truncating.
    """
    quantile = (torch.arange(2**16, dtype=torch.float64) + 0.5) / 2**16
    return torch.floor(std * torch.special.ndtri(quantile)).to(torch.int16)


def _hash(state: torch.Tensor) -> torch.Tensor:
    """The output function of splitmix64, in place: every bit of the result depends on every bit of `state` (int64)."""
    state ^= (state >> 30) & (2**34 - 1)  # the mask makes the shift of a signed number a logical one
    state *= _MIX_1
    state ^= (state >> 27) & (2**37 - 1)
    state *= _MIX_2
    state ^= (state >> 31) & (2**33 - 1)
    return state

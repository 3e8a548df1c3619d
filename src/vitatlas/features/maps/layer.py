"""One layer's maps and measures, as rows of tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.encoders.seen.pictures import Pictures
from vitatlas.features.maps.choose import KINDS, PLACE, MappedUnit, top_pictures
from vitatlas.features.maps.floor import least_activation
from vitatlas.features.maps.locality import token_cosine, variation
from vitatlas.features.maps.measure import of_fit, of_maps, of_relocation, summed_up
from vitatlas.features.maps.network import Pairs, Shift, layer_maps, pair_maps, patch_size
from vitatlas.features.maps.pictures import chosen, object_masks, positions_of
from vitatlas.features.maps.spec import MapsSpec
from vitatlas.features.maps.truth import on_object
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import Layer, sites

RANDOM = "random"
STREAM = "resid_post"

Row = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """The encoder, its pictures and draws: the same for all layers.

    Attributes:
        spec: Of the job.
        encoder: In evaluation mode.
        pictures: The set.
        allowed: The ids of pictures that may be taken.
        random: Positions of the random pictures.
        step: A roll in pixels that is of whole patches in all layers.
    """

    spec: MapsSpec
    encoder: Encoder
    pictures: Pictures
    allowed: frozenset[str]
    random: np.ndarray
    step: int


@dataclass(frozen=True)
class LayerRows:
    """The findings of one layer; plain values, so that a checkpoint can hold them.

    Attributes:
        measures: Rows of the table of measures.
        maps: Rows of the table of maps.
    """

    measures: list[Row]
    maps: list[Row]


def site_of(layer: Layer) -> str:
    """The end of the name of the layer's features: `mlp.act`, or `conv.out` in CNNs."""
    return layer.activation.removeprefix(f"{layer.name}.")


class OneLayer:
    """The maps of some units of a layer.

    Args:
        seen: What all layers share.
        layer: The layer.
        units: As `choose.units_of_layer` gives them.
        top: The rows of its top pictures.
    """

    def __init__(self, seen: Seen, layer: Layer, units: Sequence[MappedUnit], top: pd.DataFrame):
        self._seen, self._layer, self._units, self._top = seen, layer, units, top
        self._least = least_activation(seen.encoder, layer)
        self._about: Row = {"site": site_of(layer), "layer": layer.index}

    def rows(self) -> LayerRows:
        """Everything that is measured here."""
        measures, maps = list(self._stream()), list[Row]()
        numbers = [unit.number for unit in self._units]
        if not numbers:
            return LayerRows(measures, maps)
        for by in self._seen.spec.by:
            rows = top_pictures(self._top, by, numbers, self._seen.allowed, self._seen.spec.top)
            if len(rows):
                positions = positions_of(rows["picture"].tolist(), self._seen.pictures)
                found = self._look(Pairs(positions, rows["unit"].to_numpy()))
                measures += self._measured(found, by)
                maps += self._kept(found.maps, rows, by)
        measures += self._measured(self._look(_product(self._seen.random, np.array(numbers))), RANDOM)
        return LayerRows(measures, maps)

    def _look(self, pairs: Pairs) -> _Looked:
        """The maps of these pairs, those of rolled pictures, and where the objects are."""
        positions, where = np.unique(pairs.positions, return_inverse=True)
        masks = object_masks(chosen(self._seen.pictures, positions), self._seen.spec.pictures.batch)
        maps, back = self._maps(pairs), {}
        for cells, pixels in self._shifts():
            back[cells] = self._maps(pairs, pixels).roll((-cells[0], -cells[1]), (1, 2))
        grid = (maps.shape[1], maps.shape[2])
        truths = None if masks is None else on_object(masks, grid)[torch.from_numpy(where)]
        return _Looked(pairs, maps, back, truths)

    def _maps(self, pairs: Pairs, pixels: Shift = (0, 0)) -> Tensor:
        seen = self._seen
        return pair_maps(seen.encoder, self._layer, seen.pictures, pairs, seen.spec.pictures.batch, pixels)

    def _shifts(self) -> list[tuple[Shift, Shift]]:
        """Each shift in patches of this layer, and in pixels; none that leaves the picture as it is."""
        side, step = self._seen.encoder.side, self._seen.step
        size = patch_size(side, self._layer.grid)
        if size is None:
            return []
        pixels = [(down * step % side, right * step % side) for down, right in self._seen.spec.shifts]
        return [((down // size, right // size), (down, right)) for down, right in pixels if down or right]

    def _measured(self, found: _Looked, by: str) -> Iterator[Row]:
        """The measures of all units."""
        for unit in self._units:
            some = torch.from_numpy(np.flatnonzero(found.pairs.units == unit.number))
            if not len(some):
                continue
            maps = found.maps[some]
            measures = [*of_maps(maps, self._least)]
            measures += of_relocation(maps, {shift: other[some] for shift, other in found.back.items()})
            if found.truths is not None:
                measures += of_fit(maps, found.truths[some], off=unit.why[PLACE])
            about = self._about | {"unit": unit.number, "chosen": by} | unit.why
            yield from (about | asdict(measure) for measure in measures)

    def _kept(self, maps: Tensor, rows: pd.DataFrame, by: str) -> Iterator[Row]:
        """The maps that are kept."""
        kept = {unit.number: unit for unit in self._units if unit.kept}
        named = zip(maps, variation(maps, self._least), rows.to_dict("records"), strict=True)
        for values, spread, row in named:
            unit = kept.get(row["unit"])
            if unit is None:
                continue
            yield {
                **self._about,
                **{"unit": unit.number, "chosen": by, "rank": int(row["rank"]), "picture": str(row["picture"])},
                **{"score": float(row["score"]), "rows": values.shape[0], "columns": values.shape[1]},
                **{"map": values.flatten().tolist(), "scale": unit.scale, "variation": float(spread), **unit.why},
            }

    @torch.no_grad()
    def _stream(self) -> Iterator[Row]:
        """The mean cosine between tokens of the residual stream behind the layer, where there is one."""
        seen, site = self._seen, f"{self._layer.name}.{STREAM}"
        if site not in sites(seen.encoder):
            return
        device, size = next(seen.encoder.parameters()).device, seen.spec.pictures.batch
        batches = chosen(seen.pictures, seen.random).batches(size)
        found = [token_cosine(layer_maps(seen.encoder, site, images.to(device))).cpu() for images in batches]
        about = {"site": STREAM, "layer": self._layer.index, "unit": None, "chosen": RANDOM}
        for measure in summed_up("token_cosine", torch.cat(found)):
            yield about | dict.fromkeys(KINDS, False) | asdict(measure)


@dataclass(frozen=True)
class _Looked:
    """Maps of pairs of units and pictures.

    Attributes:
        pairs: Of what.
        maps: [N, rows, columns].
        back: By shift, the maps of rolled pictures, rolled back.
        truths: The patches on the object, bool [N, rows, columns]; None where masks are not known.
    """

    pairs: Pairs
    maps: Tensor
    back: dict[Shift, Tensor]
    truths: Tensor | None


def _product(positions: np.ndarray, units: np.ndarray) -> Pairs:
    """All units on all pictures."""
    return Pairs(np.repeat(positions, len(units)), np.tile(units, len(positions)))

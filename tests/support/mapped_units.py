"""Tables of units' scores on scenes, by plain sorting, as the jobs that map units and move pictures take them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from encoder_kinds import encoder_entry

from vitatlas.encoders.seen.pictures import WorldPictures, pictures_of
from vitatlas.encoders.seen.sources import Scenes
from vitatlas.models.encoder import Encoder, build_encoder
from vitatlas.models.sites import layers, patches, read

PART, SEED = "top", 4
SOURCE = {"split": "test", "scenes": 14, "world": {"many": 0.4}}


def encoder_spec(kind: str) -> dict[str, Any]:
    model = encoder_entry(kind).model_dump(mode="json", exclude_none=True)
    return {"name": kind, "run": 1, "model": model, "weights_seed": 3}


def pictures_spec(batch: int = 5) -> dict[str, Any]:
    return {"parts": {PART: SOURCE}, "seed": SEED, "batch": batch}


def encoder_of_kind(kind: str) -> Encoder:
    return build_encoder(encoder_entry(kind), seed=3).eval()


def scenes(encoder: Encoder) -> WorldPictures:
    found = pictures_of(PART, Scenes.model_validate(SOURCE), encoder, SEED, [])
    assert isinstance(found, WorldPictures)
    return found


@torch.no_grad()
def activations(encoder: Encoder, images: torch.Tensor) -> dict[int, torch.Tensor]:
    """By layer, [B, rows, columns, M] of one full forward pass."""
    network = layers(encoder, encoder.side)
    with read(encoder, [layer.activation for layer in network]) as found:
        encoder(images)
    return {layer.index: patches(encoder, layer.activation, found[layer.activation], encoder.side) for layer in network}


@cache
def tables_of(kind: str, kept: int) -> dict[str, pd.DataFrame]:
    """`top` and `moments` of all units."""
    encoder = encoder_of_kind(kind)
    pictures = scenes(encoder)
    found = activations(encoder, torch.cat(list(pictures.batches(20))))
    names, top, moments = pictures.table["picture"].to_numpy(), [], []
    for layer in layers(encoder, encoder.side):
        about = {"model": kind, "run": 1, "part": PART, "layer": layer.index}
        about["site"] = layer.activation.removeprefix(f"{layer.name}.")
        values = found[layer.index].flatten(1, 2)
        scales = values.flatten(0, 1).quantile(0.999, dim=0).clamp_min(0)
        for by, scores in (("mean", values.mean(1)), ("maximum", values.amax(1))):
            moments.append(pd.DataFrame({"unit": range(len(scales)), "scale": scales.numpy()}).assign(by=by, **about))
            order = scores.argsort(dim=0, descending=True, stable=True)[:kept]
            rank, unit = np.indices(order.shape).reshape(2, -1)
            ranked = {"picture": names[order.flatten()], "score": scores.gather(0, order).flatten().numpy()}
            top.append(pd.DataFrame({"rank": rank, "unit": unit, **ranked}).assign(by=by, **about))
    return {"top": pd.concat(top, ignore_index=True), "moments": pd.concat(moments, ignore_index=True)}


def unit_tables(folder: Path, kind: str, kept: int = 14) -> list[str]:
    """Write both tables; the arguments that hand them over."""
    for name, table in tables_of(kind, kept).items():
        table.to_parquet(folder / f"{name}.parquet")
    return [word for name in ("top", "moments") for word in ("--input", name, str(folder / f"{name}.parquet"))]


def outputs_in(folder: Path, *names: str) -> list[str]:
    return [word for name in names for word in ("--output", name, str(folder / f"{name}.parquet"))]


def spec_of(**spec: Any) -> list[str]:
    return ["--spec", json.dumps(spec)]

"""Made-up analyses of what networks answer, in the columns of the jobs `last_layer`, `masked` and `low_pass`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import load_registry
from vitatlas.artifacts.stand_ins import placed
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.reliance.conditions import Filtering, Masking, filterings, maskings
from vitatlas.features.reliance.measures import low_pass_rows, masked_rows
from vitatlas.papers import papers

CLASSES = 16
PICTURES = 200
WRONG = 9.0
"""The rank of a true class that is not named."""

CONVOLUTIONAL = dict.fromkeys(["resnet50", "resnet152", "mobilenetv2", "densenet121"], "mini-cnn")
STAND_INS = {
    **dict.fromkeys(["vit_b16_384", "vit_b32_384", "vit_l16_384", "vit_l32_384"], "mini-vit"),
    **CONVOLUTIONAL,
    "swin_tiny": "mini-swin",
    "deit_b16_untrained": "mini-vit-untrained",
}


def artifact(name: str, config: Any, zoo: Any, tier: str = "demo") -> ArtifactSpec:
    """The spec of an artifact of the real registry, in the demo with a miniature for every model."""
    registry = load_registry(config / "artifacts/features.yaml", papers()["features"], zoo)
    shown = placed(registry, STAND_INS, tier) if tier == "demo" else registry
    found: ArtifactSpec = artifact_spec(shown.artifact(name), zoo, tier)  # type: ignore[arg-type]
    return found


def last_layer(model: str, shares: Mapping[str, Sequence[float]], *, depth: int = 3, run: int = 0) -> pd.DataFrame:
    """Rows of top-1 and top-5 (a tenth higher) of a network of `depth` blocks and 2×2 patches.

    Args:
        shares: By quantity, top-1 behind 0 to `depth` blocks; of `natural` one. `patch` is the average: the four
            patches lie .06 and .02 around it.
    """
    rows = []
    for quantity, values in shares.items():
        for layer, share in enumerate(values, depth + 1 - len(values)):
            named = [(quantity, -1, -1, share)]
            if quantity == "patch":
                places = [("patch", place // 2, place % 2, share + off) for place, off in enumerate(OFF)]
                named = [("patch_average", -1, -1, share), ("patch_maximum", 1, 1, share + OFF[-1]), *places]
            rows += [_row(layer, *cell, measure) for cell in named for measure in ("top1", "top5")]
    return pd.DataFrame(rows).assign(model=model, run=run)


OFF = (-0.06, -0.02, 0.02, 0.06)


def _row(layer: int, quantity: str, row: int, column: int, share: float, measure: str) -> dict[str, Any]:
    chance = 0.07 if measure == "top1" else 0.34
    value = share if measure == "top1" else min(share + 0.1, 1.0)
    place = {"quantity": quantity, "layer": layer, "among": "all", "row": row, "column": column, "measure": measure}
    bounds = {"low": value - 0.01, "high": value + 0.01, "chance": chance}
    return place | {"n": 1000, "hits": round(1000 * value), "value": value} | bounds


def masked(model: str, shares: Mapping[str, Mapping[str, float]], *, scene: bool = True) -> tuple[pd.DataFrame, ...]:
    """The analysis of masked pictures, and the answers picture by picture.

    Args:
        shares: By part and by what is shown, the share of its first pictures that are named.
    """
    ways = maskings(("boxes", "exact") if scene else ("boxes",), ("black", "mean"), scene=scene)
    tables, hits = [], []
    for part, of in shares.items():
        answered = _answers(way_share(way, of) for way in ways)
        tables.append(masked_rows(answered, ways, CLASSES, seed=0).assign(part=part))
        hits.append(_hits(answered, ways, part))
    about = {"model": model, "run": 0}
    return pd.concat(tables, ignore_index=True).assign(**about), pd.concat(hits, ignore_index=True).assign(**about)


def way_share(way: Masking, shares: Mapping[str, float]) -> float:
    """The share that is named; a hole in the outline is worth a tenth more than one in a box."""
    return shares[way.shown] + (0.1 if (way.mask, way.shown) == ("exact", "background") else 0)


def low_pass(model: str, *, side: int, half: float, full: float = 0.9) -> tuple[pd.DataFrame, ...]:
    """The analysis of filtered pictures, and the answers: accuracy falls from `full` to nothing between twice and half
    of a cut-off, in cycles."""
    ways = filterings((2**0.5, 1, 0.5, 0.25, 0.125, 0.0625), side)
    shares = [full if way.cycles is None else full * min(max(way.cycles / half - 0.5, 0), 1) for way in ways]
    answered = _answers(shares)
    about = {"model": model, "run": 0}
    table = low_pass_rows(answered, ways, CLASSES, seed=0).assign(part="classified", **about)
    return table, _hits(answered, ways, "classified").assign(**about)


def _answers(shares: Iterable[float]) -> Tensor:
    """The first of the pictures are named: [PICTURES, ways, 2]."""
    shares = list(shares)
    named = torch.tensor([[number < round(share * PICTURES) for share in shares] for number in range(PICTURES)])
    return torch.stack([torch.where(named, 0.0, WRONG), torch.zeros_like(named, dtype=torch.float32)], dim=-1)


def _hits(answered: Tensor, ways: Sequence[Masking | Filtering], part: str) -> pd.DataFrame:
    ranks = pd.DataFrame(answered[..., 0].short().numpy(), columns=[way.column for way in ways])
    names = [f"{part}/{number}" for number in range(len(ranks))]
    return pd.concat([pd.DataFrame({"part": part, "picture": names, "label": 0}), ranks], axis=1)

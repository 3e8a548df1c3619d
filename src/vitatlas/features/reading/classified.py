"""Readings of what networks answer: of single tokens of the last layer, of masked pictures, of pictures without high
frequencies. Shares come with the number of pictures, everything else with its standard error over pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.features.answered import NEUTRAL
from vitatlas.features.last_layer.names import ALL, AVERAGE, CLS_ONLY, ISOLATING, MAXIMUM, NATURAL, ON_ALL, ON_PATCHES
from vitatlas.features.reliance.conditions import FILTERS, FULL, UNFILTERED
from vitatlas.statistics.correlation import NORMAL_95
from vitatlas.statistics.intervals import share_error
from vitatlas.verdicts.collect import Readers

RUN = ["model", "run"]
FROM = {ISOLATING: "isolating_cls_from", CLS_ONLY: "cls_only_from", AVERAGE: "patch_average_from"}
"""By quantity, its name as a curve over the number of blocks l, which stands in the place of the layer."""

BEFORE, HALFWAY = "patch_average_before", "halfway"
"""The mean over patches in front of the last block; and halfway between chance and the whole network."""

ABLE_ABOVE = 0.1
"""Accuracy above guessing from which on others are measured as shares of it."""

HALF = 0.5


def last_layer(table: pd.DataFrame) -> pd.DataFrame:
    """Accuracies behind the last block by quantity and measure, of isolated class tokens those that join at the last
    block; curves over l (`FROM`), top-1; `patch_average_before`, and `halfway`.

    Accuracies of a mean over patches count as shares of as many pictures: their errors are too large, if anything.
    """
    rows = table[(table["among"] == ALL) & (table["quantity"] != "patch")]
    depth = rows.groupby(RUN)["layer"].transform("max")
    at_end = rows["quantity"].isin([NATURAL, AVERAGE, MAXIMUM, ON_PATCHES, ON_ALL]) & (rows["layer"] == depth)
    before = rows["layer"] == depth - 1
    single = [
        rows[at_end | (rows["quantity"] == ISOLATING) & before],
        rows[(rows["quantity"] == AVERAGE) & before].assign(quantity=BEFORE),
        _halfway(rows[rows["quantity"] == NATURAL]),
    ]
    curves = rows[rows["quantity"].isin(FROM) & (rows["measure"] == "top1")]
    curves = curves.assign(quantity=curves["quantity"].map(FROM))
    pictures = rows.loc[rows["quantity"] == NATURAL].groupby(RUN)["n"].first().rename("images")
    found = pd.concat([pd.concat(single).drop(columns="layer"), curves], ignore_index=True)
    found = found.drop(columns=["row", "column", "n", "low", "high"]).merge(pictures, on=RUN)
    if "error" in found:
        found["images"] = found["images"].where(found["error"].isna())
    return found.assign(analysis="last_layer")


def _halfway(natural: pd.DataFrame) -> pd.DataFrame:
    """Halfway between chance and the whole network, with half of its error."""
    value = (natural["value"] + natural["chance"]) / 2
    return natural.assign(quantity=HALFWAY, value=value, error=share_error(natural["value"], natural["n"]) / 2)


def masked(table: pd.DataFrame) -> pd.DataFrame:
    """Top-1 and top-5 by how pictures are shown; and as fractions of those on full ones (`normalised_top1` and
    `normalised_top5`), no number for a network that is not above guessing there. `gain_top1` and `gain_top5`: by how
    much the latter are higher on backgrounds of a set than on those of the neutral set.

    Full pictures have every mask and fill that there is.
    """
    rows = _with_ways(table)
    shares = rows[rows["measure"].isin(["top1", "top5"])].assign(images=rows["n"])
    ratios = rows[rows["measure"].str.startswith("normalised")]
    found = ratios["value"] / 100
    error = (ratios["high"] - ratios["low"]) / (200 * NORMAL_95)
    # No picture may differ by chance: nothing is more certain than a share is
    smallest = share_error(found.clip(0, 1), ratios["n"])
    ratios = ratios.assign(value=found.where(_able(ratios, table)), error=np.maximum(error, smallest), chance=np.nan)
    parts = [shares, ratios, _gains(ratios)]
    readings = pd.concat(parts, ignore_index=True).rename(columns={"measure": "quantity"})
    readings[["mask", "fill"]] = readings[["mask", "fill"]].replace("", None)
    return readings.drop(columns=["low", "high", "n"]).assign(analysis="masked")


def _with_ways(table: pd.DataFrame) -> pd.DataFrame:
    """The rows, those of full pictures once for each mask and fill."""
    full = table["shown"] == FULL
    ways = table.loc[table["mask"] != "", ["mask", "fill"]].drop_duplicates()
    whole = table[full].drop(columns=["mask", "fill"]).merge(ways, how="cross")
    return pd.concat([table[~full], whole], ignore_index=True)


def _able(rows: pd.DataFrame, table: pd.DataFrame) -> np.ndarray:
    """Whether the network of each row is above guessing on full pictures of its set, by the row's measure."""
    full = table[(table["shown"] == FULL) & table["measure"].isin(["top1", "top5"])]
    known = full.assign(measure="normalised_" + full["measure"], able=full["value"] >= full["chance"] + ABLE_ABOVE)
    both = rows[[*RUN, "part", "measure"]].merge(known[[*RUN, "part", "measure", "able"]], how="left")
    return both["able"].to_numpy(dtype=bool)


def _gains(ratios: pd.DataFrame) -> pd.DataFrame:
    """Normalised accuracies minus those of the neutral set; nothing where there is none."""
    keys = [*RUN, "measure", "shown", "mask", "fill"]
    neutral = ratios.loc[ratios["part"] == NEUTRAL, [*keys, "value", "error"]]
    informed = (ratios["part"] != NEUTRAL) & ratios["shown"].isin(["background", "scene"])
    both = ratios[informed].merge(neutral, on=keys, suffixes=("", "_neutral"))
    value, error = both["value"] - both["value_neutral"], np.hypot(both["error"], both["error_neutral"])
    both = both.assign(value=value, error=error, measure=both["measure"].str.replace("normalised", "gain"))
    return both[ratios.columns]


def low_pass(table: pd.DataFrame) -> pd.DataFrame:
    """By filter, the `area` under top-1 as a share of unfiltered top-1, over the logarithm of the network's own
    cut-offs, which are those of its pictures' size; and `half`, the cut-off below which that share falls under a half,
    in octaves above one cycle per picture, whatever the size. No number for a network that is not above guessing.
    `top1`: that of unfiltered pictures.
    """
    found = []
    for (model, run), own in table.groupby(RUN, sort=False):
        unfiltered = own[(own["filter"] == UNFILTERED) & (own["measure"] == "top1")].iloc[0]
        able = bool(unfiltered["value"] >= unfiltered["chance"] + ABLE_ABOVE)
        known = {"model": model, "run": run, "part": unfiltered["part"], "analysis": "low_pass"}
        for name in FILTERS:
            for quantity, value, error in _of_filter(own[own["filter"] == name]):
                number = {"value": value if able else np.nan, "error": error}
                found.append(known | {"filter": name, "quantity": quantity} | number)
        found.append(known | {"quantity": "top1", "value": unfiltered["value"], "images": unfiltered["n"]})
    return pd.DataFrame(found)


def _of_filter(rows: pd.DataFrame) -> Iterator[tuple[str, float, float]]:
    """Quantity, value and error."""
    area = rows[rows["measure"] == "area"].iloc[0]
    yield "area", float(area["value"]), float(area["high"] - area["low"]) / (2 * NORMAL_95)
    curve = rows[rows["measure"] == "relative"].sort_values("cycles")
    places = {name: _half(curve["cycles"], curve[name]) for name in ("value", "low", "high")}
    yield "half", places["value"], (places["low"] - places["high"]) / (2 * NORMAL_95)


def _half(cycles: Any, heights: Any) -> float:
    """Where a curve first falls below a half, coming from high cut-offs, in octaves above one cycle; NaN if nowhere."""
    octaves, values = np.log2(np.asarray(cycles, dtype=float)), np.asarray(heights, dtype=float)
    below = np.nonzero(values < HALF)[0]
    if not len(below) or below[-1] == len(values) - 1:
        return float("nan")
    first = int(below[-1])
    return float(np.interp(HALF, values[first : first + 2], octaves[first : first + 2]))


READERS: Readers = {"last_layer": (last_layer,), "masked": (masked,), "low_pass": (low_pass,)}
"""By kind of analysis table."""

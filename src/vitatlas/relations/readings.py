"""The relations paper's quantities: from analysis tables, and from published numbers, to readings.

A reading is one number of one run, with the keys by which published numbers are named (`keys.KEYS`), the number of
images that it is a share of, and its level of chance. Published numbers become readings of a single run, so that every
claim can be checked on both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from vitatlas.relations.attention.scores import peaks, per_layer
from vitatlas.relations.das.reduce import SPLIT, together
from vitatlas.relations.vocabulary import CHECKPOINT
from vitatlas.verdicts.collect import Readers

CELL = ["model", "task", "setting"]
CHANCE = 0.5
"""Of two answers."""
OF_FEATURES = 1 / 16
"""Chance of the losses' own probes, which tell 16 shapes or 16 colours apart."""
CHOOSING = "val"
"""The split on which the best layer is chosen."""
UNSEEN, SEEN_ACCURACY = "test", "seen_accuracy"
"""The split on which the reference measures accuracy on seen combinations, and the switch that does so here."""


def behaviour(table: pd.DataFrame) -> pd.DataFrame:
    """Accuracy per split; and that on seen combinations as the reference measures it, on its test split."""
    rows = table[(table["metric"] == "accuracy") & (table["checkpoint"] == CHECKPOINT)]
    ours = rows.assign(analysis="behaviour", quantity="accuracy", images=rows["n"], chance=CHANCE)
    theirs = ours[ours["split"] == UNSEEN].assign(split=SPLIT, under=SEEN_ACCURACY)
    return pd.concat([ours, theirs], ignore_index=True)


def auxiliary(table: pd.DataFrame) -> pd.DataFrame:
    """Accuracy per split and variant of auxiliary losses, and that of the losses' own probes."""
    wanted = ["accuracy", "shape_accuracy", "color_accuracy"]
    rows = table[table["metric"].isin(wanted) & (table["checkpoint"] == CHECKPOINT)]
    chance = rows["metric"].map({"accuracy": CHANCE}).fillna(OF_FEATURES)
    return rows.assign(analysis="auxiliary", quantity=rows["metric"], images=rows["n"], chance=chance)


def photoreal(table: pd.DataFrame) -> pd.DataFrame:
    """Accuracy on photorealistic images."""
    return behaviour(table).assign(analysis="photoreal")


def das(table: pd.DataFrame) -> pd.DataFrame:
    """Success of interventions per layer, property and control; and the base error, which is reached without any. Where
    nothing was searched for, success is no number. The layer is chosen by success on validation images."""
    keys = [*CELL, "run", "property"]
    per_layer_ = [*keys, "control", "layer"]
    table = table.assign(accuracy=table["accuracy"].where(table["steps"] > 0))
    success = together(table[table["split"] == SPLIT], per_layer_).rename(columns={"accuracy": "value"})
    choosing = together(table[table["split"] == CHOOSING], per_layer_).rename(columns={"accuracy": "selection"})
    success = success.merge(choosing[[*per_layer_, "selection"]], on=per_layer_, how="left")
    rows = table[(table["split"] == SPLIT) & (table["control"] == "none")]
    base = together(rows[rows["layer"] == rows["layer"].min()], keys).rename(columns={"base_error": "value"})
    parts = [success.assign(quantity="success", split=SPLIT), base.assign(quantity="base error")]
    both = pd.concat([part.assign(images=part["n"]) for part in parts], ignore_index=True)
    return both.assign(analysis="das", chance=CHANCE)


def disentanglement(table: pd.DataFrame) -> pd.DataFrame:
    """Success of interventions in the best layer, mean of shape and colour."""
    success = das(table).query("quantity == 'success' and control == 'none'")
    return best_layers(success)


def best_layers(success: pd.DataFrame) -> pd.DataFrame:
    """The mean over properties of success in the layer that is best on validation images, from success per layer and
    property. It has a layer where only one was searched: that one is not the best of several."""
    keys = [*CELL, "run", "property"]
    by = success["selection"].fillna(success["value"]).fillna(0)
    best = success[by == by.groupby([success[key] for key in keys]).transform("max")]
    each = best.groupby(keys)[["value", "images"]].mean()
    value, images = (each[name].unstack("property") for name in ("value", "images"))
    both = pd.DataFrame({"value": value.mean(axis=1, skipna=False), "images": images.sum(axis=1)})
    searched = success["layer"].unique()
    layer = searched[0] if len(searched) == 1 else None
    about = {"analysis": "disentanglement", "quantity": "success", "split": SPLIT, "layer": layer, "chance": CHANCE}
    return both.reset_index().assign(**about)


def novel(table: pd.DataFrame) -> pd.DataFrame:
    """Success of novel representations per layer, property and method: of all pairs (`success`), as published; and of
    those that are to become the same alone (`made same`), half of them. Damage makes pairs differ, and so passes for
    success with the others."""
    rows = table[table["split"] == SPLIT]
    pooled = rows.assign(quantity="success", value=rows["accuracy"], images=rows["n"])
    same = rows.assign(quantity="made same", value=rows["made_same"], images=rows["n"] // 2)
    return pd.concat([pooled, same], ignore_index=True).assign(analysis="novel", chance=CHANCE)


def probe(table: pd.DataFrame) -> pd.DataFrame:
    """Accuracy of probes, success of interventions along them and of the control, per layer; and the base error."""
    rows = table.dropna(subset=["base_error"]).groupby([*CELL, "run"])[["base_error", "n"]].first().reset_index()
    parts = [table, rows.rename(columns={"base_error": "value"}).assign(quantity="base error")]
    both = pd.concat(parts, ignore_index=True)
    return both.assign(analysis="probe", images=both["n"], chance=CHANCE)


def attention(table: pd.DataFrame, split: str = "test") -> pd.DataFrame:
    """Per layer: of each kind of attention the strongest head's, and how local heads are on average (`local`); and the
    layers in which the former are greatest (`WO_peak`)."""
    rows = table[table["pairs"] == "all"]
    cells = rows[rows["quantity"] == "global"].groupby([*CELL, "run", "layer"])[["value", "sem"]].mean().reset_index()
    local = cells.assign(quantity="local", value=1 - cells["value"])
    curves = per_layer(rows[rows["quantity"].isin(["WO", "WP", "BP", "BG"])])
    stars = peaks(curves)[[*CELL, "run", "quantity", "layer"]]
    places = stars.assign(quantity=stars["quantity"] + "_peak", value=stars["layer"].astype(float)).drop(
        columns="layer"
    )
    found = pd.concat([local, curves, places], ignore_index=True)
    return found.assign(analysis="attention", split=split, error=found["sem"])


def photoreal_attention(table: pd.DataFrame) -> pd.DataFrame:
    """The same on photorealistic images."""
    return attention(table[table["images"] == "photoreal"], "photoreal")


READERS: Readers = {
    "attention": (attention,),
    "auxiliary": (auxiliary,),
    "behaviour": (behaviour,),
    "das": (das, disentanglement),
    "novel": (novel,),
    "photoreal_attention": (photoreal_attention,),
    "photoreal_behaviour": (photoreal,),
    "probe": (probe,),
}
"""By kind of analysis table, as `analyses.ANALYSES` declares it: its `readings`."""


def by_protocol(readings: pd.DataFrame, protocol: Mapping[str, Any]) -> pd.DataFrame:
    """Our readings, with accuracy on seen combinations from the split on which the protocol measures it.

    Args:
        readings: As measured.
        protocol: Of the tier; `seen_split` is the name of that split, where it is not `SPLIT`.
    """
    seen_split = protocol.get("seen_split", SPLIT)
    if seen_split == SPLIT:
        return readings
    accuracies = readings["analysis"].isin(["behaviour", "auxiliary"]) & readings["under"].isna()
    seen = readings[accuracies & (readings["split"] == seen_split)].assign(split=SPLIT)
    return pd.concat([readings[~(accuracies & (readings["split"] == SPLIT))], seen], ignore_index=True)


def of_published(table: pd.DataFrame) -> pd.DataFrame:
    """Published numbers as readings of one run, with those that follow from them.

    The base error is the last layer's value: what is done to object tokens after the last block reaches no class token.
    Accuracy without auxiliary losses is that of ordinary fine-tuning.
    """
    given = table.assign(run=0, under=None)
    moved = given[((given["analysis"] == "das") & (given["control"] == "none")) | (given["quantity"] == "intervention")]
    moved = moved[(moved["layer"] == moved["layer"].max()) & (moved["pair"].fillna("mean") == "mean")]
    moved = moved[moved["alpha"].fillna(1) == 1]
    base = moved[["analysis", *CELL, "property", "run", "value"]].assign(quantity="base error")
    plain = given[(given["analysis"] == "behaviour") & given["model"].isin(_scratch(given))]
    return pd.concat([given, base, plain.assign(analysis="auxiliary", auxiliary="none")], ignore_index=True)


def _scratch(given: pd.DataFrame) -> set[str]:
    """The models of which accuracies with auxiliary losses were published."""
    return set(given.loc[given["analysis"] == "auxiliary", "model"])

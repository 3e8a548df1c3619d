"""The relations paper's quantities: from analysis tables, and from published numbers, to readings.

A reading is one number of one run, with the keys by which published numbers are named (`keys.KEYS`). Published numbers
become readings of a single run, so that every claim can be checked on both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from vitatlas.relations.attention.scores import peaks, per_layer
from vitatlas.relations.das.reduce import SPLIT, together
from vitatlas.verdicts.collect import Readers

CHECKPOINT = "best"  # of a fine-tuning run: the weights that every analysis reads
CELL = ["model", "task", "setting"]


def behaviour(table: pd.DataFrame) -> pd.DataFrame:
    """Accuracy per split."""
    rows = table[(table["metric"] == "accuracy") & (table["checkpoint"] == CHECKPOINT)]
    return rows.assign(analysis="behaviour", quantity="accuracy")


def auxiliary(table: pd.DataFrame) -> pd.DataFrame:
    """Accuracy per split and variant of auxiliary losses, and that of the losses' own probes."""
    wanted = ["accuracy", "shape_accuracy", "color_accuracy"]
    rows = table[table["metric"].isin(wanted) & (table["checkpoint"] == CHECKPOINT)]
    return rows.assign(analysis="auxiliary", quantity=rows["metric"])


def photoreal(table: pd.DataFrame) -> pd.DataFrame:
    """Accuracy on photorealistic images."""
    return behaviour(table).assign(analysis="photoreal")


def das(table: pd.DataFrame) -> pd.DataFrame:
    """Success of interventions per layer, property and control; and the base error, which is reached without any."""
    rows = table[table["split"] == SPLIT]
    keys = [*CELL, "run", "property"]
    success = together(rows, [*keys, "control", "layer"]).rename(columns={"accuracy": "value"})
    base = together(rows[rows["control"] == "none"], keys).rename(columns={"base_error": "value"})
    parts = [success.assign(quantity="success", split=SPLIT), base.assign(quantity="base error")]
    return pd.concat(parts, ignore_index=True).assign(analysis="das")


def disentanglement(table: pd.DataFrame) -> pd.DataFrame:
    """Success of interventions in the best layer, mean of shape and colour."""
    success = das(table).query("quantity == 'success' and control == 'none'")
    return best_layers(success)


def best_layers(success: pd.DataFrame) -> pd.DataFrame:
    """The mean over properties of the best layer's success, from success per layer and property."""
    best = success.groupby([*CELL, "run", "property"])["value"].max()
    both = best.groupby([*CELL, "run"]).mean().reset_index()
    return both.assign(analysis="disentanglement", quantity="success", split=SPLIT)


def novel(table: pd.DataFrame) -> pd.DataFrame:
    """Success of novel representations per layer, property and method."""
    rows = table[table["split"] == SPLIT].rename(columns={"accuracy": "value"})
    return rows.assign(analysis="novel", quantity="success")


def probe(table: pd.DataFrame) -> pd.DataFrame:
    """Accuracy of probes, success of interventions along them and of the control, per layer; and the base error."""
    base = table.dropna(subset=["base_error"]).groupby([*CELL, "run"])["base_error"].first().rename("value")
    parts = [table, base.reset_index().assign(quantity="base error")]
    return pd.concat(parts, ignore_index=True).assign(analysis="probe")


def attention(table: pd.DataFrame, split: str = "test") -> pd.DataFrame:
    """Per layer: of each kind of attention the strongest head's, and how local heads are on average (`local`); and the
    layers in which the former are greatest (`WO_peak`)."""
    rows = table[table["pairs"] == "all"]
    cells = rows[rows["quantity"] == "global"].groupby([*CELL, "run", "layer"])["value"].mean()
    local = (1 - cells).reset_index().assign(quantity="local")
    curves = per_layer(rows[rows["quantity"].isin(["WO", "WP", "BP", "BG"])])
    stars = peaks(curves)
    places = stars.assign(quantity=stars["quantity"] + "_peak", value=stars["layer"].astype(float)).drop(
        columns="layer"
    )
    return pd.concat([local, curves, places], ignore_index=True).assign(analysis="attention", split=split)


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
    accuracies = readings["analysis"].isin(["behaviour", "auxiliary"])
    seen = readings[accuracies & (readings["split"] == seen_split)].assign(split=SPLIT)
    return pd.concat([readings[~(accuracies & (readings["split"] == SPLIT))], seen], ignore_index=True)


def of_published(table: pd.DataFrame) -> pd.DataFrame:
    """Published numbers as readings of one run, with those that follow from them.

    The base error is the last layer's value: what is done to object tokens after the last block reaches no class token.
    Accuracy without auxiliary losses is that of ordinary fine-tuning.
    """
    given = table.assign(run=0)
    moved = given[((given["analysis"] == "das") & (given["control"] == "none")) | (given["quantity"] == "intervention")]
    moved = moved[(moved["layer"] == moved["layer"].max()) & (moved["pair"].fillna("mean") == "mean")]
    moved = moved[moved["alpha"].fillna(1) == 1]
    base = moved[["analysis", *CELL, "property", "run", "value"]].assign(quantity="base error")
    plain = given[(given["analysis"] == "behaviour") & given["model"].isin(_scratch(given))]
    return pd.concat([given, base, plain.assign(analysis="auxiliary", auxiliary="none")], ignore_index=True)


def _scratch(given: pd.DataFrame) -> set[str]:
    """The models of which accuracies with auxiliary losses were published."""
    return set(given.loc[given["analysis"] == "auxiliary", "model"])

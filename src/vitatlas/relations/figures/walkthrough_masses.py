"""Where the attention of the heads in the walk-through goes, in the image shown: counted, and in words."""

from __future__ import annotations

import pandas as pd

CLASS_TOKEN = "class token"
TARGETS = {
    "own": "its own object",
    "other": "other objects",
    "background": "the background",
    "class": "the class token",
}
SHORT = {"own": "own", "other": "other", "background": "back", "class": "class"}


def masses(values: pd.DataFrame) -> pd.DataFrame:
    """How much attention each origin pays to each of `TARGETS`: its own object, other objects, background, class token.

    Args:
        values: Of the figure; rows of part `mass` are read.

    Returns:
        Columns role, query_set, and one per target, in the order of rows; for the class token, every object is another.
    """
    rows = values[values["part"] == "mass"]
    target = rows["key_set"].map({"background": "background", CLASS_TOKEN: "class"})
    own = (rows["key_set"] == rows["query_set"]) & (rows["query_set"] != CLASS_TOKEN)
    named = target.where(~own, "own").fillna("other").where(rows["key_set"] != "register", "register")
    sums = rows.assign(target=named).groupby(["role", "query_set", "target"], sort=False)["value"].sum()
    return sums.unstack("target").reindex(columns=list(TARGETS)).fillna(0.0).reset_index()


def most(found: pd.DataFrame, role: str) -> str:
    """Where most of the objects' attention goes in the head of a role; by object, if not all agree.

    Args:
        found: As `masses` returns it.
    """
    rows = found[(found["role"] == role) & (found["query_set"] != CLASS_TOKEN)].set_index("query_set")
    places = rows[list(TARGETS)].idxmax(axis=1).map(TARGETS)
    if places.nunique() == 1:
        return f"most to {places.iloc[0]}"
    parts = [f"{place} ({str(name).removeprefix('object ')})" for name, place in sorted(places.items())]
    return f"most to {', '.join(parts)}"


def written(found: pd.DataFrame, role: str, origin: str) -> str:
    """The words below a panel: how much goes to each target, in two lines."""
    row = found[(found["role"] == role) & (found["query_set"] == origin)].iloc[0]
    shown = ["other", "background", "class"] if origin == CLASS_TOKEN else list(TARGETS)
    names = SHORT | ({"other": "objects"} if origin == CLASS_TOKEN else {})
    parts = [f"{names[target]} {f'{row[target]:.2f}'.removeprefix('0')}" for target in shown]
    return f"{'  '.join(parts[:-2])}\n{'  '.join(parts[-2:])}"

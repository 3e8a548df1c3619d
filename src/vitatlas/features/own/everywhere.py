"""The top pictures of all units of all layers, as the page searches them."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from markupsafe import Markup

from vitatlas.features.own.labels import labels_of
from vitatlas.features.own.told import BY


def everywhere(top: pd.DataFrame, moments: pd.DataFrame, pictures: pd.DataFrame) -> dict[str, Any]:
    """The places of each unit's top pictures among all pictures.

    Args:
        top: The rows of units' top pictures.
        moments: Of units' scores.
        pictures: One row per picture.

    Returns:
        `pictures`: the label and the name of each, in small letters; `layers`: per layer its number and, in the order
        of its units, the places of their top pictures, the highest score first; of units that are not active, none.
    """
    rows = top[top["by"] == BY].sort_values(["layer", "unit", "rank"], kind="stable")
    scales = moments[moments["by"] == BY].set_index(["layer", "unit"])["scale"].to_dict()
    places = rows["picture"].map({name: place for place, name in enumerate(pictures["picture"])})
    found = places.groupby([rows["layer"], rows["unit"]]).agg(list)
    known = labels_of(pictures)
    layers: dict[int, list[list[int]]] = {}
    for place, best in zip(found.index.tolist(), found.tolist(), strict=True):
        layers.setdefault(place[0], []).append(best if scales[place] > 0 else [])
    return {
        "pictures": [f"{known.get(name, '')} {name}".strip().lower() for name in pictures["picture"]],
        "layers": [{"layer": layer, "top": units} for layer, units in layers.items()],
    }


def as_json(values: dict[str, Any]) -> Markup:
    """Values as JSON inside an element of a page, which nothing in them can end."""
    return Markup(json.dumps(values, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c"))

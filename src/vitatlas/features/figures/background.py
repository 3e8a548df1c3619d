"""A unit that responds to the background, and a picture without its object and without all else (figure 9).

The unit is taken by a rule: of the units of middle layers that tell a place from others, the one whose maps on random
pictures prefer patches off the object most. What is printed is measured on its top pictures, which did not choose it.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitatlas.artifacts.panels import rows_where
from vitatlas.errors import UserError
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.map_image import overlay
from vitatlas.features.figures.picture_cells import GAP, picture, sheet, words
from vitatlas.features.figures.visualised import one_each, visualised
from vitatlas.features.options.places import Background
from vitatlas.features.reliance.conditions import BLACK
from vitatlas.images.png import encode

COLUMNS = ["part", "model", "title", "layer", "unit", "attribute", "place", "auc", "off", "shuffled", "n", "rank"]
COLUMNS += ["picture", "variation", "png"]
MADE, FOUND, MAP, SHOWN = "visualisation", "top picture", "map", "shown"
WAYS = {"full": "picture", "foreground": "foreground", "background": "background"}
"""Ways of showing a picture, in the order of their columns."""

PREFERENCE, RANDOM, TOP = "auc_off", "random", "mean"
OPTIONAL = ("image", "mask", "fill", "shown")
"""Columns of tables that are read where they are there."""

HEAD = 0.38  # cells; the line above a row
LARGE, MASKED = 2.0, 1.5  # cells; a visualisation, a masked picture
LARGEST = 0.85  # inches; a cell


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The pictures and numbers drawn: `COLUMNS`, a row per picture.

    `auc` is how well the unit's score tells `place` from other places, `off` the area under the ROC curve of its maps
    for patches off the object, over `n` top pictures, `shuffled` the same of maps of other pictures. Rows of the part
    `shown` are those of a masked picture, where `rank` is the place of its way of showing.

    Args:
        table: Rows of the analyses `locality`, `mapped`, `thumbnails`, `selective_units`, `visualised_gallery` and
            `masked_examples`.

    Raises:
        UserError: No unit of these layers is known to respond to places.
    """
    panel, options = spec.panels[0], spec.typed_options
    of_model = rows_where(table, {"model": panel.model})
    of_model = of_model[of_model["run"] == of_model["run"].min()]
    of_model = of_model.assign(**{name: None for name in OPTIONAL if name not in of_model})
    unit = _unit(of_model, options)
    pictures = _pictures(of_model, unit, options.pictures, spec)
    rows = pd.DataFrame([unit | row for row in pictures] + _masked(of_model))
    return rows.assign(model=panel.model, title=panel.title).reindex(columns=COLUMNS)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    masked, of_unit = (values[(values["part"] == SHOWN) == is_masked] for is_masked in (True, False))
    first = LARGE if (of_unit["part"] == MADE).any() else 0
    across = first + (of_unit["part"] == FOUND).sum()
    rows = [LARGE + HEAD, *([MASKED + HEAD] if len(masked) else [])]
    figure, axes = sheet(spec, max(across, len(WAYS) * MASKED), sum(rows), LARGEST)
    _draw_unit(axes, of_unit, first)
    for row in masked.to_dict("records"):
        x, title = row["rank"] * MASKED, list(WAYS.values())[int(row["rank"])]
        words(axes, x + GAP, rows[0] + HEAD - GAP, f"(b) {title}" if x == 0 else title)
        picture(axes, row["png"], x, rows[0] + HEAD, MASKED)
    return figure


def heading(row: pd.Series) -> str:
    """The unit and its measures, in words."""
    of = f"(a) layer {int(row['layer'])}, unit {int(row['unit'])}: tells {row['place']} from other places"
    return f"{of} (AUC {row['auc']:.2f}); off the object {row['off']:.2f}, shuffled {row['shuffled']:.2f}"


def _draw_unit(axes: Axes, rows: pd.DataFrame, first: float) -> None:
    """The visualisation, where there is one, and beside it top pictures above their maps, from `first` on."""
    words(axes, GAP, HEAD - GAP, heading(rows.iloc[0]))
    for png in rows.loc[rows["part"] == MADE, "png"]:
        picture(axes, png, 0, HEAD, LARGE)
    for down, part in enumerate((FOUND, MAP)):
        for number, png in enumerate(rows[rows["part"] == part].sort_values("rank")["png"]):
            picture(axes, png, first + number, HEAD + down)


def _unit(table: pd.DataFrame, options: Background) -> dict[str, Any]:
    """The unit of the rule, and its measures."""
    mapped = table.loc[table["map"].notna(), ["site", "layer", "unit"]].drop_duplicates()
    fits = table[(table["quantity"] == PREFERENCE) & table["of_place"].eq(True)]
    first, last = (share * (table["layer"].max() + 1) for share in options.layers)
    depth = fits["layer"] + 1
    fits = fits[(depth > first) & (depth <= last)].merge(mapped, on=["site", "layer", "unit"])
    ranked = fits[(fits["chosen"] == RANDOM) & (fits["control"] == "")].sort_values("value", ascending=False)
    if ranked.empty:
        raise UserError(
            "no unit of middle layers that was mapped is known to respond to places",
            remedy="map more units (key `features.maps.kept`), on pictures whose places and objects are known",
        )
    best = ranked.iloc[0]
    own = fits[(fits["unit"] == best["unit"]) & (fits["layer"] == best["layer"]) & (fits["chosen"] == TOP)]
    by_control = own.set_index("control")
    known = table[table["attribute"].eq("location") & table["by"].eq(TOP) & (table["site"] == best["site"])]
    place = known[(known["layer"] == best["layer"]) & (known["unit"] == best["unit"])].iloc[0]
    return {
        **{"layer": int(best["layer"]), "unit": int(best["unit"]), "attribute": "location", "place": place["best"]},
        **{"auc": float(place["auc"]), "off": float(by_control.loc["", "value"])},
        **{"shuffled": float(by_control.loc["shuffled", "value"]), "n": int(by_control.loc["", "n"])},
    }


def _pictures(table: pd.DataFrame, unit: dict[str, Any], most: int, spec: ArtifactSpec) -> list[dict[str, Any]]:
    """The unit's visualisation, where there is one, its first top pictures, and its maps on them."""
    of_unit = table[(table["layer"] == unit["layer"]) & (table["unit"] == unit["unit"])]
    rows: list[dict[str, Any]] = []
    if of_unit["image"].notna().any():
        rows.append({"part": MADE, "png": one_each(visualised(of_unit, spec.panels[0].model))["image"].iloc[0]})
    thumbnails = table[table["thumbnail"].notna() & table["mask"].isna()].set_index("picture")["thumbnail"]
    found = of_unit[of_unit["map"].notna() & (of_unit["chosen"] == TOP)].sort_values("rank").head(most)
    for row in found.to_dict("records"):
        about = {"rank": row["rank"], "picture": row["picture"], "variation": row["variation"]}
        png = thumbnails[row["picture"]]
        rows.append({"part": FOUND, **about, "png": png})
        rows.append({"part": MAP, **about, "png": encode(overlay(png, row, spec.map_scale))})
    return rows


def _masked(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The first masked picture, as boxes and black show it."""
    rows = table[table["thumbnail"].notna() & table["mask"].notna()]
    if rows.empty:
        return []
    first = rows[rows["picture"] == rows["picture"].iloc[0]]
    wanted = first[(first["shown"] == "full") | ((first["mask"] == "boxes") & (first["fill"] == BLACK))]
    by_way = wanted.set_index("shown")["thumbnail"]
    name = first["picture"].iloc[0]
    return [
        {"part": SHOWN, "rank": place, "picture": name, "png": by_way[way]}
        for place, way in enumerate(WAYS)
        if way in by_way
    ]

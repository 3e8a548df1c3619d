"""Units that respond to a concept (figures 2, 10 and 11): what excites each most, made and found.

The units are those that the paper names, where they were visualised. Else a rule takes them: for each attribute the
visualised unit with the largest selectivity with invariance, C, the least area under the ROC curve for one value of the
attribute within any value of any other one (both scores of a picture are looked at: mean and maximum over patches).
Units below `SELECTIVE` are left out, unless all are: then the one with the largest C is drawn.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from vitatlas.artifacts.panels import rows_where
from vitatlas.errors import UserError
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.picture_cells import GAP, picture, sheet, words
from vitatlas.features.figures.visualised import FEED_FORWARD, one_each, visualised
from vitatlas.features.options.places import Concepts
from vitatlas.features.words import WORDS

COLUMNS = ["model", "title", "layer", "unit", "concept", "attribute", "value", "by", "c", "place", "among", "part"]
COLUMNS += ["rank", "picture", "png"]
MADE, FOUND = "visualisation", "top picture"
UNIT = ["layer", "unit"]

SELECTIVE = 0.75
"""The C from which on a unit counts as one for a concept."""

LARGE = 1.6  # cells; a visualisation
HEAD = 0.34  # cells; the line above a row
LARGEST = 0.75  # inches; a cell


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The pictures drawn: `COLUMNS`, a row per visualisation and per top picture of each unit.

    `place` is the unit's place by C `among` all units of the model, whether visualised or not; both are missing for
    units that the paper names, as are `attribute`, `value`, `by` and `c`.

    Args:
        table: Rows of the analyses `visualised_gallery`, `mapped`, `thumbnails` and `selective_units`.

    Raises:
        UserError: No unit is both visualised and mapped.
    """
    options: Concepts = spec.typed_options
    panel = spec.panels[0]
    of_model = rows_where(table, {"model": panel.model})
    made = one_each(visualised(of_model, panel.model, site=FEED_FORWARD))
    mapped = of_model[of_model["map"].notna() & (of_model["site"] == FEED_FORWARD)]
    found = mapped[mapped["run"] == mapped["run"].min()]
    thumbnails = of_model.dropna(subset="thumbnail").set_index(["run", "picture"])["thumbnail"]
    units = _units(of_model, made[UNIT].merge(found[UNIT].drop_duplicates()), options)
    rows: list[dict[str, Any]] = []
    for unit in units:
        of = (made["layer"] == unit["layer"]) & (made["unit"] == unit["unit"])
        rows.append(unit | {"part": MADE, "png": made.loc[of, "image"].iloc[0]})
        top = found[(found["layer"] == unit["layer"]) & (found["unit"] == unit["unit"])]
        first = top[top["chosen"] == unit["by"]].sort_values("rank").head(options.pictures)
        rows += [
            unit | {"part": FOUND, "rank": one.rank, "picture": one.picture, "png": thumbnails[one.run, one.picture]}
            for one in first.itertuples()
        ]
    return pd.DataFrame(rows).assign(model=panel.model, title=panel.title).reindex(columns=COLUMNS)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    units = [rows for _, rows in values.groupby(UNIT, sort=False)]
    across = LARGE + max(int((rows["part"] == FOUND).sum()) for rows in units)
    figure, axes = sheet(spec, across, (LARGE + HEAD) * len(units), LARGEST)
    for number, rows in enumerate(units):
        y = number * (LARGE + HEAD) + HEAD
        words(axes, GAP, y - GAP, heading(rows.iloc[0]))
        picture(axes, rows.loc[rows["part"] == MADE, "png"].iloc[0], 0, y, LARGE)
        for place, png in enumerate(rows.loc[rows["part"] == FOUND, "png"]):
            picture(axes, png, LARGE + place, y + LARGE - 1)
    return figure


def heading(row: pd.Series) -> str:
    """The unit, and what it responds to, in words."""
    unit = f"layer {row['layer']}, unit {row['unit']}: "
    if pd.isna(row["attribute"]):
        return f"{unit}{row['concept']}"
    attribute = WORDS.get(row["attribute"], row["attribute"])
    place = f"{int(row['place'])} of {int(row['among'])} units"
    return f"{unit}{attribute} {row['value']}, C = {row['c']:.2f} ({place}, {row['by']} over patches)"


def _units(table: pd.DataFrame, there: pd.DataFrame, options: Concepts) -> list[dict[str, Any]]:
    """The units that are drawn, those that the paper names or those of the rule, and what is known of each.

    Args:
        there: Those that were visualised and mapped: layer, unit.
    """
    known = set(there.astype(int).itertuples(index=False, name=None))
    if options.named and all((one.layer, one.unit) in known for one in options.named):
        return [{**one.model_dump(), "by": "mean"} for one in options.named]
    scored = table[table["attribute"].notna() & (table["site"] == FEED_FORWARD)].dropna(subset="c_largest")
    scored = scored[scored["run"] == scored["run"].min()]
    found = [_best(scored[scored["attribute"] == name], known) for name in options.attributes]
    units = [one for one in found if one is not None]
    if not units:
        raise UserError(
            f"no unit was visualised whose selectivity for {', '.join(options.attributes)} is known",
            remedy="visualise some units of the feed-forward layers (key `features.visualisations.gallery`)",
        )
    selective = [one for one in units if one["c"] >= SELECTIVE]
    return selective or [max(units, key=lambda one: one["c"])]


def _best(scored: pd.DataFrame, known: set[tuple[int, int]]) -> dict[str, Any] | None:
    """The unit with the largest C of those that are known; None where none is."""
    each = scored.sort_values(["c_largest", *UNIT], ascending=[False, True, True], kind="stable")
    each = each.drop_duplicates(UNIT).reset_index(drop=True)
    pairs = zip(each["layer"].astype(int), each["unit"].astype(int), strict=True)
    place = next((number for number, pair in enumerate(pairs) if pair in known), None)
    if place is None:
        return None
    row = each.iloc[place]
    return {
        **{"layer": int(row["layer"]), "unit": int(row["unit"]), "attribute": row["attribute"], "by": row["by"]},
        **{"value": row["c_largest_of"], "c": float(row["c_largest"]), "place": place + 1, "among": len(each)},
    }

"""Readings of maps and of moved pictures: how local units are, and what stays of their scores."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from vitatlas.features.maps.over_units import FEWEST, over_units
from vitatlas.verdicts.collect import Readers

RUN = ["model", "run"]
AREA = "area"
MIDDLE = (0.25, 0.75)
"""The depths of middle layers; depth is (layer + 1) / number of layers."""

PARTS = {"random": "random pictures", "mean": "top pictures by mean", "maximum": "top pictures by maximum"}
"""Which pictures of a unit, by how they were chosen."""

GUESSED = {"auc": 0.5, "auc_off": 0.5}
"""By quantity, what guessing reaches."""

KEPT = [*RUN, "layer", "quantity", "control", "part", "value", "error", "chance"]


def locality(table: pd.DataFrame) -> pd.DataFrame:
    """Measures of maps by layer, means over units with the error over units. `part`: see `PARTS`.

    Beside them: `flatness`, the negative coefficient of variation, highest where maps are flattest; `weakest_pointing`
    and `weakest_auc`, of the layer before the last one in which maps are least above shuffled ones; `background_unit`,
    one unit's AUC off the object.
    """
    means = over_units(table)
    means["control"] = means["control"].replace("", pd.NA)
    means["part"] = means["chosen"].map(PARTS)
    means = means.assign(chance=means["quantity"].map(GUESSED))
    varied = means[means["quantity"] == "variation"]
    parts = [means, varied.assign(quantity="flatness", value=-varied["value"])]
    parts += [_weakest_fit(means, quantity) for quantity in ("pointing", "auc")]
    parts.append(pd.DataFrame(_background_units(table)))
    return pd.concat([part.reindex(columns=KEPT) for part in parts if len(part)]).assign(analysis="locality")


def moved(table: pd.DataFrame) -> pd.DataFrame:
    """Share of a unit's score that stays, by motion and layer: mean over units with the error over units.

    Beside them: `gap`, that of translation less that of rotation; `weakest_translation` and `weakest_rotation`, of the
    layer in which the gap is smallest.
    """
    named = table.rename(columns={"motion": "quantity", "ratio": "value"})
    shares = named[[*RUN, "layer", "quantity", "value", "error"]]
    wide = shares.pivot(index=[*RUN, "layer"], columns="quantity", values=["value", "error"])
    gap = pd.DataFrame(
        {
            "value": wide["value"]["translation"] - wide["value"]["rotation"],
            "error": np.hypot(wide["error"]["translation"], wide["error"]["rotation"]),
        }
    ).reset_index()
    weakest = gap.loc[gap.dropna(subset="value").groupby(RUN)["value"].idxmin(), [*RUN, "layer"]]
    there = shares.merge(weakest, on=[*RUN, "layer"]).drop(columns="layer")
    there["quantity"] = "weakest_" + there["quantity"]
    return pd.concat([shares, gap.assign(quantity="gap"), there], ignore_index=True).assign(analysis="moved")


def _weakest_fit(means: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """A fit, its shuffled control and the object's area, in the layer where the first is least above the second.

    Layers with fewer than `FEWEST` units, and the last one, are left out.
    """
    key = [*RUN, "part", "layer"]
    last = means.groupby(RUN)["layer"].transform("max")
    some = means[means["quantity"].isin([quantity, AREA]) & (means["layer"] < last) & (means["n"] >= FEWEST)]
    if quantity not in set(some["quantity"]):
        return pd.DataFrame()
    some = some.assign(control=some["control"].where(some["quantity"] == quantity, AREA).fillna("none"))
    wide = some.pivot(index=key, columns="control", values="value")
    gain = (wide["none"] - wide["shuffled"]).rename("gain").reset_index()
    weakest = gain.loc[gain.groupby([*RUN, "part"])["gain"].idxmin(), key]
    there = some.merge(weakest, on=key).drop(columns="layer")
    return there.assign(quantity=f"weakest_{quantity}", control=there["control"].replace("none", pd.NA))


def _background_units(table: pd.DataFrame) -> Iterator[dict[str, object]]:
    """The unit of the middle layers that is best at finding what is off the object, by random pictures; its AUC and the
    shuffled one on its top pictures by mean, with the error over pictures."""
    rows = table[(table["quantity"] == "auc_off") & table["of_place"].astype(bool)]
    last = table.groupby(RUN)["layer"].transform("max")[rows.index]
    rows = rows[((rows["layer"] + 1) / (last + 1)).between(*MIDDLE)]
    for (model, run), found in rows.groupby(RUN):
        chosen = found[(found["chosen"] == "random") & (found["control"] == "")]
        top = found[found["chosen"] == "mean"]
        chosen = chosen.merge(top[["layer", "unit"]].drop_duplicates(), on=["layer", "unit"])
        if chosen.empty:
            continue
        best = chosen.sort_values("value").iloc[-1]
        for row in top[(top["layer"] == best["layer"]) & (top["unit"] == best["unit"])].to_dict("records"):
            yield {
                **{"model": model, "run": run, "layer": row["layer"]},
                **{"quantity": "background_unit", "chance": GUESSED["auc_off"]},
                **{"control": row["control"] or None, "value": row["value"], "error": row["error"]},
            }


READERS: Readers = {"locality": (locality,), "moved": (moved,)}
"""By kind of analysis table."""

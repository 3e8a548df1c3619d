"""The switch `sites`: probes of the intermediate judgement that read what leaves the block to whose output their
directions are added (corrected), or what enters it (reference)."""

from __future__ import annotations

import pandas as pd

from vitatlas.config.probe import Probing
from vitatlas.progress import Progress
from vitatlas.relations.das.job import Prepared
from vitatlas.relations.departures.finished import SPLIT, Row, Share, compared
from vitatlas.relations.probes.job import probed
from vitatlas.relations.probes.table import MEAN
from vitatlas.stimuli.scenes import Scenes

QUANTITIES = {"probe": "probes, best layer", "intervention": "interventions along probes, best layer"}


def sites(prepared: Prepared, settings: Probing, train: Scenes, test: Scenes, corrected: pd.DataFrame) -> list[Row]:
    """Probes trained again as the reference's, in the one layer, and with directions added as often, as interventions
    along the corrected ones did best.

    Args:
        prepared: The model.
        settings: How the corrected probes were trained.
        train: The scenes that probes are trained on.
        test: Those held out.
        corrected: Rows of the corrected probes in this model, as the job `probe` writes them.
    """
    held_out = corrected[(corrected["split"] == SPLIT) & (corrected["pair"] == MEAN)]
    interventions = held_out[held_out["quantity"] == "intervention"].sort_values(["layer", "alpha"])
    best = interventions.iloc[int(interventions["value"].argmax())]
    here = settings.model_copy(update={"layers": [int(best["layer"])], "alphas": [float(best["alpha"])]})
    with Progress(len(test), "probes that read what enters a block") as progress:
        rows, _ = probed(prepared, here, "reference", train, test, progress)
    tables = held_out[held_out["layer"] == best["layer"]], pd.DataFrame(rows)
    found: list[Row] = []
    for quantity, words in QUANTITIES.items():
        alpha = best["alpha"] if quantity == "intervention" else None
        found += compared("sites", words, *(_share(table, quantity, alpha) for table in tables))
    return found


def _share(table: pd.DataFrame, quantity: str, alpha: float | None) -> Share:
    """Of both pairs, held out, in a table of one layer."""
    rows = table[(table["split"] == SPLIT) & (table["pair"] == MEAN) & (table["quantity"] == quantity)]
    row = (rows if alpha is None else rows[rows["alpha"] == alpha]).iloc[0]
    return Share(float(row["value"]), int(row["n"]))

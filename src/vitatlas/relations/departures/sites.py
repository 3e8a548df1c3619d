"""The switch `sites`: probes of the intermediate judgement that read what leaves the block to whose output their
directions are added (corrected), or what enters it (reference)."""

from __future__ import annotations

import pandas as pd

from vitatlas.jobs.progress import Progress
from vitatlas.relations.config.probe import Probing
from vitatlas.relations.das.job import Prepared
from vitatlas.relations.departures.finished import SPLIT, Row, Share, compared
from vitatlas.relations.probes.job import probed
from vitatlas.relations.probes.table import MEAN
from vitatlas.relations.scenes.scenes import Scenes

QUANTITIES = {
    "probe": "probes, each protocol's best layer",
    "intervention": "interventions along probes, each protocol's best layer",
}


def sites(prepared: Prepared, settings: Probing, train: Scenes, test: Scenes, corrected: pd.DataFrame) -> list[Row]:
    """Probes trained again as the reference's, in every layer, with directions added as often as interventions along
    the corrected ones did best. Each protocol is taken at its own best layer: a reference that reads one block earlier
    finds in a layer what the corrected one finds in the layer before.

    Args:
        prepared: The model.
        settings: How the corrected probes were trained.
        train: The scenes that probes are trained on.
        test: Those held out.
        corrected: Rows of the corrected probes in this model, as the job `probe` writes them.
    """
    ours = _held_out(corrected)
    interventions = ours[ours["quantity"] == "intervention"].sort_values(["alpha", "layer"])
    alpha = float(interventions["alpha"].iloc[int(interventions["value"].argmax())])
    with Progress(len(test), "probes that read what enters a block") as progress:
        rows, _ = probed(prepared, settings.model_copy(update={"alphas": [alpha]}), "reference", train, test, progress)
    tables = (ours[ours["alpha"].isna() | (ours["alpha"] == alpha)], _held_out(pd.DataFrame(rows)))
    found: list[Row] = []
    for quantity, words in QUANTITIES.items():
        found += compared("sites", words, *(_best(table, quantity) for table in tables))
    return found


def _best(table: pd.DataFrame, quantity: str) -> Share:
    """The greatest value of any layer."""
    rows = table[table["quantity"] == quantity]
    best = rows.iloc[int(rows["value"].argmax())]
    return Share(float(best["value"]), int(best["n"]))


def _held_out(table: pd.DataFrame) -> pd.DataFrame:
    """The rows about both pairs of images that the probes were not trained on."""
    return table[(table["split"] == SPLIT) & (table["pair"] == MEAN)]

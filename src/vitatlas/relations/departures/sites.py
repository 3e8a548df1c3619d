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
    ours = _held_out(corrected)
    interventions = ours[ours["quantity"] == "intervention"].sort_values(["layer", "alpha"])
    best = interventions.iloc[int(interventions["value"].argmax())]
    here = settings.model_copy(update={"layers": [int(best["layer"])], "alphas": [float(best["alpha"])]})
    with Progress(len(test), "probes that read what enters a block") as progress:
        rows, _ = probed(prepared, here, "reference", train, test, progress)
    best_of_ours = ours[(ours["layer"] == best["layer"]) & (ours["alpha"].isna() | (ours["alpha"] == best["alpha"]))]
    tables = [table.set_index("quantity") for table in (best_of_ours, _held_out(pd.DataFrame(rows)))]
    found: list[Row] = []
    for quantity, words in QUANTITIES.items():
        shares = (Share(float(table["value"][quantity]), int(table["n"][quantity])) for table in tables)
        found += compared("sites", words, *shares)
    return found


def _held_out(table: pd.DataFrame) -> pd.DataFrame:
    """The rows about both pairs of images that the probes were not trained on."""
    return table[(table["split"] == SPLIT) & (table["pair"] == MEAN)]

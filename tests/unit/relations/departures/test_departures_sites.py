"""Where probes are read: the comparison of that departure, on a tiny model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import das_jobs
import pandas as pd
import probe_jobs
import pytest
from artifact_tables import behavior_table

from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.relations.das.job import das
from vitatlas.relations.das.spec import DasSpec
from vitatlas.relations.departures.job import departures
from vitatlas.relations.departures.sites import QUANTITIES
from vitatlas.relations.departures.spec import DeparturesSpec
from vitatlas.relations.probes.job import probe
from vitatlas.relations.probes.spec import ProbeSpec

SEARCH = das_jobs.SEARCH | {"controls": ["none"]}
RUN = 1


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of RMTS, scenes and counterfactual sets; subspaces, accuracies, and probes by either protocol."""
    folder = tmp_path_factory.mktemp("finished")
    das_jobs.write_inputs(folder, "rmts")
    probe_jobs.write_inputs(folder)
    das(parse(DasSpec, das_jobs.sweep_arguments(folder, folder, task="rmts", search=SEARCH)))
    behavior_table("tiny", "rmts", "256").query("run == @RUN").to_parquet(folder / "metrics.parquet", index=False)
    for sites in ("corrected", "reference"):
        (folder / sites).mkdir()
        probe(parse(ProbeSpec, probe_jobs.probe_arguments(folder, folder / sites, sites=sites)))
    return folder


def compare(finished: Path, folder: Path, probes: Path, **changes: Any) -> pd.DataFrame:
    """The rows of the job that are about probes."""
    statistics = das_jobs.cell()["model"]["preprocessing"]
    values = {"runs": [RUN], "draws": 2, "search": SEARCH, "statistics": statistics, "search_runs": 1, "around": 1}
    values |= {"task": "rmts", "probe": probe_jobs.PROBE}
    command = das_jobs.arguments(finished, folder, {"table": "departures.parquet"}, "models", **values | changes)
    files = {"operators": "operators.safetensors", "interventions": "das.parquet", "metrics": "metrics.parquet"}
    for name, file in files.items():
        command += ["--input", name, str(finished / file)]
    command += ["--input", "scenes", *[str(finished / f"{split}.parquet") for split in probe_jobs.IMAGES]]
    departures(parse(DeparturesSpec, [*command, "--input", "probes", str(probes)]))
    return pd.read_parquet(folder / "departures.parquet").query("departure == 'sites'")


def held_out(table: Path) -> pd.DataFrame:
    return pd.read_parquet(table).query("split == 'test_iid' and pair == 'mean'")


def test_each_protocol_is_taken_at_its_own_best_layer(finished: Path, tmp_path: Path) -> None:
    found = compare(finished, tmp_path, finished / "corrected/probe.parquet")
    assert list(found["quantity"].unique()) == list(QUANTITIES.values()) and len(found) == 4
    tables = {name: held_out(finished / name / "probe.parquet") for name in ("corrected", "reference")}
    ours = tables["corrected"].query("quantity == 'intervention'")
    often = ours[ours["value"] == ours["value"].max()]["alpha"].min()
    layers = {}
    for protocol, table in tables.items():
        rows = found[found["protocol"] == protocol].set_index("quantity")
        assert (rows["n"] == 2 * probe_jobs.IMAGES["test_iid"]).all()
        moved = table[(table["quantity"] == "intervention") & (table["alpha"] == often)]["value"]
        assert rows.loc[QUANTITIES["intervention"], "value"] == moved.max()
        read = table.query("quantity == 'probe'").set_index("layer")["value"]
        assert rows.loc[QUANTITIES["probe"], "value"] == read.max()
        layers[protocol] = read.idxmax()
    assert layers["corrected"] != layers["reference"], "one layer for both would pass unseen"


def test_a_task_without_probes_is_not_asked(finished: Path, tmp_path: Path) -> None:
    assert compare(finished, tmp_path, finished / "corrected/probe.parquet", probe=None).empty


def test_probes_of_another_model_are_refused(finished: Path, tmp_path: Path) -> None:
    other = tmp_path / "probe.parquet"
    pd.read_parquet(finished / "corrected/probe.parquet").assign(run=7).to_parquet(other)
    with pytest.raises(UserError, match=r"no table of model tiny, task rmts, setting 256, run 1: it holds .*7"):
        compare(finished, tmp_path, other)
    assert not (tmp_path / "departures.parquet").exists()

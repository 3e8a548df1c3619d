"""Verdicts on the smoke tier: every claim and number has one, and none compares its values with the paper's."""

import pandas as pd

from vitatlas.jobs.embedded import read_provenance


def test_the_smoke_tier_has_verdicts_labelled_as_a_test_run(smoke):
    folder = smoke.path / "results/smoke/verdicts"
    table = pd.read_csv(folder / "relations.csv", comment="#", dtype={"setting": str})
    assert set(table["scale"]) == {"test run"}
    assert set(table.loc[table["about"] == "number", "verdict"]) == {"not attempted"}
    assert table["reason"][table["verdict"] == "not attempted"].notna().all()
    assert (table["verdict"] != "not attempted").any()
    assert not table["verdict"].str.contains("reproduced").any()
    assert "(test run)" in (folder / "relations.svg").read_text()
    assert "Smoke tier: a test run" in (folder / "relations.md").read_text()


def test_the_smoke_tier_says_what_passes_by_chance(smoke):
    folder = smoke.path / "results/smoke/verdicts"
    rates = pd.read_csv(folder / "relations_null.csv", comment="#").set_index("id")
    verdicts = pd.read_csv(folder / "relations.csv", comment="#").set_index("id")
    assert len(rates) and rates["by_chance"].between(0, 1).all()
    assert verdicts["by_chance"].dropna().to_dict() == rates["by_chance"].to_dict()
    assert "What passes by chance" in (folder / "relations_null.md").read_text()


def test_verdicts_say_which_tables_they_are_of(smoke):
    record = read_provenance(smoke.path / "results/smoke/verdicts/relations.csv")
    read = [path for path in record["inputs"] if "/analysis/" in path]
    assert "results/smoke/analysis/relations/das/mini-objects/rmts/256.parquet" in read
    assert all((smoke.path / path).is_file() for path in read)

"""Every file of a tier, held against its record and its inputs' records."""

import shutil
from pathlib import Path

import pytest
from plan_jobs import planned

from vitatlas.commands.plan.dag import SnakemakeRefused
from vitatlas.commands.verify import findings as module
from vitatlas.commands.verify.findings import CHANGED, FOREIGN, MISSING, STALE, verify
from vitatlas.commands.verify.show import as_text
from vitatlas.jobs.embedded import line
from vitatlas.jobs.files import sha256, write_json, write_text
from vitatlas.jobs.provenance import BESIDE
from vitatlas.jobs.seal import CONTENT, UNSEALED

TABLE, NOTES = "results/demo/analysis/one/t/a.csv", "results/demo/analysis/one/t/a.md"
FIGURE, NEXT = "results/demo/figures/one/figure_02.csv", "results/demo/verdicts/one.csv"
WEIGHTS = "resources/weights/m.safetensors"
SPEC = {"environment": "e", "seed": 1}


def record(target, inputs=(), root=Path(), **more):
    tier = None if target.startswith("resources") else "demo"
    made_from = {path: sha256(root / path) for path in inputs}
    return {"project": "vit-atlas", "target": target, "tier": tier, "spec": SPEC, "inputs": made_from, **more}


def write(root, path, target=None, inputs=(), **more):
    told = {CONTENT: UNSEALED} | record(target or path, inputs, root, **more)
    write_text(root / path, line(told, Path(path).suffix) + "a,b\n1,2\n")


@pytest.fixture
def tier(tmp_path, monkeypatch):
    """A checkout with a sound tier: weights, table, figure of the table, verdict on both."""
    for image in ("compute", "figures"):
        write_text(tmp_path / f"envs/{image}.lock.txt", f"{image}==1\n")
    write_text(tmp_path / "config/weights.lock", "{}\n")
    (tmp_path / WEIGHTS).parent.mkdir(parents=True)
    (tmp_path / WEIGHTS).write_bytes(b"published")
    pin = f"{{hub: a/b, file: f, revision: null, size: 9, sha256: {sha256(tmp_path / WEIGHTS)}}}"
    write_text(tmp_path / "config/weights.lock", f"m: {pin}\n")
    write(tmp_path, TABLE, inputs=[WEIGHTS])
    write(tmp_path, NOTES, inputs=[WEIGHTS])
    write(tmp_path, FIGURE, "one/figure_02", [TABLE])
    write(tmp_path, NEXT, inputs=[TABLE, FIGURE])
    write_text(tmp_path / "results/demo/logs/t.log", "said\n")
    write_text(tmp_path / "results/demo/benchmarks/t.tsv", "s\n1\n")
    write_text(tmp_path / "results/demo/analysis/one/t/.a.csv.checkpoint", "x")
    jobs = [planned("t", SPEC, outputs=(TABLE, NOTES)), planned("figure", SPEC, outputs=(FIGURE,))]
    monkeypatch.setattr(module, "jobs_of", lambda *_: [*jobs, planned("verdicts", SPEC, outputs=(NEXT,))])
    return tmp_path


def found(root):
    return {(finding.kind, finding.path) for finding in verify(root, "demo", []).findings}


def test_a_sound_tier_has_no_findings(tier):
    outcome = verify(tier, "demo", [])
    assert outcome.findings == [] and outcome.files == 5
    assert as_text(outcome) == "tier demo: 5 files, of which 5 are sound."


def test_an_edited_file_is_named_with_what_was_made_of_it(tier):
    (tier / TABLE).write_text((tier / TABLE).read_text().replace("1,2", "1,3"))
    assert found(tier) == {(CHANGED, TABLE), (STALE, FIGURE), (STALE, NEXT)}
    assert "edited" in as_text(verify(tier, "demo", [])) and "2 are sound" in as_text(verify(tier, "demo", []))


def test_a_record_that_was_rewritten_to_match_is_seen(tier):
    """Who edits a table and puts its new digest into the figure has changed the figure."""
    before = sha256(tier / TABLE)
    (tier / TABLE).write_text((tier / TABLE).read_text().replace("1,2", "1,3"))
    figure = tier / FIGURE
    figure.write_text(figure.read_text().replace(before, sha256(tier / TABLE)))
    assert {(CHANGED, TABLE), (CHANGED, FIGURE)} <= found(tier)


def test_an_input_that_was_made_anew_makes_stale_what_it_was_used_for(tier):
    write(tier, TABLE, inputs=[WEIGHTS], about={"of": "another run"})
    assert found(tier) == {(STALE, FIGURE), (STALE, NEXT)}


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "", "\x00"])
def test_a_file_that_the_workflow_did_not_write_is_foreign(tier, content):
    write_text(tier / "results/demo/tables/one/mine.csv", content)
    assert found(tier) == {(FOREIGN, "results/demo/tables/one/mine.csv")}


def test_a_copy_at_another_place_or_of_another_tier_is_foreign(tier):
    shutil.copy(tier / TABLE, tier / "results/demo/analysis/one/b.csv")
    write(tier, "results/demo/analysis/one/c.csv", "results/smoke/analysis/one/c.csv")
    assert {path for kind, path in found(tier) if kind == FOREIGN} == {
        "results/demo/analysis/one/b.csv",
        "results/demo/analysis/one/c.csv",
    }


def test_what_is_gone_is_missing(tier):
    (tier / FIGURE).unlink()
    (tier / NOTES).unlink()
    assert found(tier) == {(MISSING, FIGURE), (MISSING, NOTES)}


def test_weights_of_all_tiers_are_looked_at_too(tier):
    (tier / WEIGHTS).write_bytes(b"other")
    assert found(tier) == {(FOREIGN, WEIGHTS), (STALE, TABLE), (STALE, NOTES)}


def test_what_this_checkout_would_make_otherwise_is_stale(tier, monkeypatch):
    monkeypatch.setattr(module, "jobs_of", lambda *_: [planned("figure", SPEC | {"seed": 2}, outputs=(FIGURE,))])
    assert found(tier) == {(STALE, FIGURE)}
    assert "seed" in as_text(verify(tier, "demo", []))


def test_a_question_that_failed_is_no_finding(tier, monkeypatch):
    def fail(*_):
        raise SnakemakeRefused("OSError: [Errno 13] no")

    monkeypatch.setattr(module, "jobs_of", fail)
    outcome = verify(tier, "demo", [])
    assert outcome.findings == [] and "is unknown: Snakemake could not be asked" in as_text(outcome)


def test_files_without_a_record_of_their_own_are_held_against_the_one_beside_them(tier):
    folder = tier / "results/demo/stimuli/one"
    write_text(folder / "same/0.png", "picture")
    told = record("results/demo/stimuli/one/provenance.json") | {CONTENT: UNSEALED}
    write_json(folder / "provenance.json", told | {BESIDE: {"same/0.png": sha256(folder / "same/0.png")}})
    assert found(tier) == set()
    (folder / "same/0.png").write_text("another")
    assert found(tier) == {(CHANGED, "results/demo/stimuli/one/same/0.png")}


def test_files_of_an_older_version_are_counted(tier):
    write_text(tier / FIGURE, line(record("one/figure_02", [TABLE], tier), ".csv") + "a\n1\n")
    write(tier, NEXT, inputs=[TABLE, FIGURE])
    outcome = verify(tier, "demo", [])
    assert outcome.findings == [] and outcome.unsealed == 1 and "older version" in as_text(outcome)

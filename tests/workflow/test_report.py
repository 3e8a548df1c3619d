"""The page of the paper and Snakemake's report, on a finished run of the smoke tier."""

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from browser import COMMAND, Browser

from vitatlas.commands.plan.dag import PlannedJob, jobs_of
from vitatlas.jobs.embedded import read_provenance
from vitatlas.project.atlas import load_atlas
from vitatlas.report.lineage import Lineage

ROOT = Path(__file__).resolve().parents[2]
ATLAS = load_atlas(ROOT, {"tier": "smoke"})
NAMES = [artifact.name for artifact in ATLAS.relations.artifacts]
PAGE = "results/smoke/report/relations.html"
REPORT_LIMIT = 60_000_000
"""Bytes. Half of them are the pages of pictures of the features paper."""
PHONE = 390


def test_the_page_has_every_artifact_of_the_tier(smoke):
    shown = re.findall(r'<article id="(\w+)"', (smoke.path / PAGE).read_text())
    assert sorted(shown) == sorted(NAMES)


def test_every_link_of_the_page_leads_to_a_file(smoke):
    page = smoke.path / PAGE
    links = set(re.findall(r'href="([^"#][^"]*)"', page.read_text()))
    assert len(links) > 4 * len(NAMES) - 10
    assert [link for link in links if not (page.parent / link).is_file()] == []


def test_the_page_counts_what_snakemake_would_run_before_each_artifact(smoke, monkeypatch):
    monkeypatch.chdir(smoke.path)  # records name files as seen from there
    jobs = jobs_of([], ["tier=smoke"], smoke.path)
    maker = {path: job for job in jobs for path in job.outputs}
    lineage = Lineage(Path("results/smoke/benchmarks"))

    def before(job: PlannedJob) -> set[Path]:
        direct = [maker[path] for path in job.inputs if path in maker]
        return {Path(str(one.benchmark)) for one in direct}.union(*map(before, direct))

    artifacts = [job for job in jobs if job.rule in ("figure", "table")]
    assert len([job for job in artifacts if job.wildcards["paper"] == "relations"]) == len(NAMES)
    for job in artifacts:
        csv = next(path for path in job.outputs if path.endswith(".csv"))
        assert lineage.before(read_provenance(csv)) == before(job), job.wildcards["artifact"]


@pytest.mark.skipif(COMMAND is None, reason="no Chromium here")
def test_the_page_loads_nothing_and_fits_a_phone(smoke, tmp_path):
    browser, page = Browser(tmp_path), smoke.path / PAGE
    assert browser.dump(page)[1] == []
    assert browser.requests(page) == []
    assert browser.width(page, PHONE) == PHONE


def without_network() -> list[str]:
    """The command that starts another without a network, where this machine can do that."""
    command = ["unshare", "--map-root-user", "--net"]
    able = shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if able and able.returncode == 0 else []


def test_snakemakes_report_is_made_without_a_network(smoke, root):
    (smoke.path / ".venv").symlink_to(root / ".venv")
    try:
        smoke.run(*without_network(), "make", "report", TIER="smoke")
    finally:
        (smoke.path / ".venv").unlink()
    report, archive = (smoke.path / f"results/smoke/report/snakemake.{form}" for form in ("html", "zip"))
    text = report.read_text()
    assert all(f"{name}." in text for name in NAMES)
    assert "The two tasks" in text and "a test run; its numbers mean nothing" in text
    with zipfile.ZipFile(archive) as files:
        assert {Path(name).name for name in files.namelist()} >= {"report.html", "relations.html", "figure_02.png"}
    assert report.stat().st_size < REPORT_LIMIT and archive.stat().st_size < REPORT_LIMIT
    report.unlink()
    archive.unlink()

"""The job that makes the page of one paper."""

from __future__ import annotations

from pathlib import Path

from vitatlas.artifacts.provenance import html_element, provenance
from vitatlas.artifacts.registry import TIER_NOTES, comparable, load_registry
from vitatlas.config.load import load_zoo
from vitatlas.files import write_text
from vitatlas.identify.again import commit_in
from vitatlas.jobs import Job
from vitatlas.plan.machine import this_machine
from vitatlas.report.claims import counts, read_claims, read_invariants, reasons
from vitatlas.report.costs import read_kinds, total
from vitatlas.report.gather import Gatherer, groups
from vitatlas.report.page import render
from vitatlas.report.spec import PageSpec


def make_page(job: Job[PageSpec]) -> None:
    """Write the page: one HTML file that loads nothing else.

    Inputs: `registry`, `models` (the zoo), `compute` (the table of `vitatlas.plan.compute`), `invariants`, `templates`;
    `verdicts` and `badge` of a paper with published numbers; `artifacts`, which lie where the registry says; `linked`,
    other pages that it leads to. Output: `html`, in a folder below the tier's.

    Raises:
        UserError: A file does not hold what it should.
    """
    page, spec = job.output.html, job.spec
    zoo = load_zoo(job.input.models)
    registry = comparable(load_registry(job.input.registry, zoo), spec.departures)
    claims = [claim for path in job.input.all("verdicts") for claim in read_claims(path)]
    record = provenance(str(page), job.raw_spec, _files(job))
    gatherer = Gatherer(registry, zoo, spec, page.parents[1], page, commit_in(record))
    shown, compute = gatherer.shown(claims), read_kinds(job.input.compute)
    text = render(
        job.input.all("templates"),
        registry=registry,
        spec=spec,
        tier_note=TIER_NOTES.get(spec.tier),
        badge=next((path.read_text(encoding="utf-8") for path in job.input.all("badge")), None),
        claims=claims,
        counts={"claims": counts(claims, "claim"), "numbers": counts(claims, "number")},
        reasons=reasons(claims),
        invariants=read_invariants(job.input.invariants),
        shown=shown,
        names={item.name: item.title for item in shown},
        groups=groups(shown),
        missing=gatherer.missing(),
        compute=compute,
        total=total(kind.cost for kind in compute),
        machine=str(this_machine()),
        record=record,
        provenance=html_element(record),
    )
    write_text(page, text)


def _files(job: Job[PageSpec]) -> list[Path]:
    return [path for name in job.input.names() for path in job.input.all(name)]

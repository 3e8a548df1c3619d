"""The job that makes the page of one paper."""

from __future__ import annotations

from markupsafe import Markup

from vitatlas.costs.machine import this_machine
from vitatlas.jobs.again import commit_in
from vitatlas.jobs.embedded import html_element
from vitatlas.jobs.files import write_text
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import record_of
from vitatlas.report.claims import counts, read_claims, read_invariants, reasons
from vitatlas.report.costs import read_kinds, total
from vitatlas.report.page import render
from vitatlas.report.shown import Collector, groups
from vitatlas.report.spec import PageSpec

MAIN = "page.html"
"""The template that includes the others."""


def make_page(job: Job[PageSpec]) -> None:
    """Write the page: one HTML file that loads nothing else. Inputs and output as of `PageSpec`.

    Raises:
        UserError: A file does not hold what it should.
    """
    page, spec = job.output.html, job.spec
    claims = [claim for path in job.input.all("verdicts") for claim in read_claims(path, spec.keys)]
    record = record_of(job, page)
    collector = Collector(spec, page.parents[1], page, commit_in(record))
    shown, compute = collector.shown(job.input.all("artifacts"), claims), read_kinds(job.input.compute)
    text = render(
        job.input.all("templates"),
        MAIN,
        spec=spec,
        badge=next((path.read_text(encoding="utf-8") for path in job.input.all("badge")), None),
        claims=claims,
        counts={"claims": counts(claims, "claim"), "numbers": counts(claims, "number")},
        reasons=reasons(claims),
        invariants=[item for path in job.input.all("invariants") for item in read_invariants(path)],
        shown=shown,
        names={item.name: item.title for item in shown},
        groups=groups(shown),
        compute=compute,
        total=total(kind.cost for kind in compute),
        machine=str(this_machine()),
        record=record,
        provenance=Markup(html_element(record)),
    )
    write_text(page, text)

"""The job that makes the page of one paper."""

from __future__ import annotations

import os
from collections import ChainMap, Counter
from collections.abc import Sequence

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
from vitatlas.report.plain import Plain
from vitatlas.report.shown import Collector, Shown, groups
from vitatlas.report.spec import PageSpec
from vitatlas.report.texts import read_statements

MAIN = "page.html"
"""The template that includes the others."""


def make_page(job: Job[PageSpec]) -> None:
    """Write the page: one HTML file that loads nothing else. Inputs and output as of `PageSpec`.

    Raises:
        UserError: A file does not hold what it should.
    """
    page, spec = job.output.html, job.spec
    claims = [claim for path in job.input.all("verdicts") for claim in read_claims(path, spec.keys)]
    statements = [read_statements(path) for path in job.input.all("verdicts")]
    record = record_of(job, page)
    collector = Collector(spec, page.parents[1], page, commit_in(record))
    shown, compute = collector.shown(job.input.all("artifacts"), claims), read_kinds(job.input.compute)
    text = render(
        job.input.all("templates"),
        MAIN,
        spec=spec,
        badge=next((path.read_text(encoding="utf-8") for path in job.input.all("badge")), None),
        claims=claims,
        plain=Plain(spec.words, ChainMap(*statements)),
        counts={"claim": counts(claims, "claim"), "number": counts(claims, "number")},
        reasons=reasons(claims),
        invariants=[item for path in job.input.all("invariants") for item in read_invariants(path)],
        shown=shown,
        names={item.name: item.title for item in shown},
        groups=groups(shown),
        notes=_notes(spec, shown),
        tutorial=os.path.relpath(spec.tutorial, page.parent) if spec.tutorial else None,
        compute=compute,
        total=total(kind.cost for kind in compute),
        machine=str(this_machine()),
        record=record,
        provenance=Markup(html_element(record)),
    )
    write_text(page, text)


def _notes(spec: PageSpec, shown: Sequence[Shown]) -> list[str]:
    """The notes that belong to several results or all, each once; first those about all of the tier."""
    of_tier = [spec.tier_note] if spec.tier_note else []
    times = Counter(remark for item in shown for remark in item.spec.remarks)
    return list(dict.fromkeys(of_tier + spec.notes + [remark for remark, count in times.items() if count > 1]))

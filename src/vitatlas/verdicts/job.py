"""The jobs of rules `published` and `verdicts`."""

from __future__ import annotations

from vitatlas.artifacts.provenance import line, provenance, svg_metadata
from vitatlas.files import write_text
from vitatlas.jobs import Job, Spec
from vitatlas.training.outputs import write_table
from vitatlas.verdicts.badge import badge
from vitatlas.verdicts.judge import judge
from vitatlas.verdicts.published import load_published
from vitatlas.verdicts.readings import collect
from vitatlas.verdicts.show import markdown
from vitatlas.verdicts.spec import VerdictSpec
from vitatlas.verdicts.summary import badge_text, share_reproduced


class PublishedSpec(Spec):
    """The spec of rule `published`: the file alone decides."""


def published_table(job: Job[PublishedSpec]) -> None:
    """Write the table of published numbers. Input `published`, a file of `config/published`; output `table`.

    Raises:
        UserError: The file is not as it should be.
    """
    write_table(job.output.table, load_published(job.input.published).table())


def verdicts(job: Job[VerdictSpec]) -> None:
    """Judge the tier's analysis tables. Inputs `published` and `tables` (any number); outputs `csv`, `md`, `svg`.

    Raises:
        UserError: The file of published numbers, or a table, is not as it should be.
    """
    spec, tables = job.spec, job.input.all("tables")
    published = load_published(job.input.published)
    table = judge(published, collect(tables, spec.seen_split), spec)
    record = provenance(str(job.output.csv), job.raw_spec, [job.input.published, *tables])
    write_text(job.output.csv, line(record, ".csv") + table.to_csv(index=False, lineterminator="\n"))
    write_text(job.output.md, line(record, ".md") + markdown(table, published, spec))
    text, share = badge_text(table, spec.scale), share_reproduced(table)
    write_text(job.output.svg, badge(spec.paper, text, share, svg_metadata(record)))

"""The jobs of rules `published`, `null_calibration` and `verdicts`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from vitatlas.jobs.embedded import line, svg_metadata
from vitatlas.jobs.files import write_text
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import record_of
from vitatlas.jobs.tables import write_table
from vitatlas.verdicts.badge import badge
from vitatlas.verdicts.collect import Readers, as_readings, collect
from vitatlas.verdicts.judge import judge, worded
from vitatlas.verdicts.measured import Readings
from vitatlas.verdicts.null import calibrate, read_rates
from vitatlas.verdicts.null_page import null_page
from vitatlas.verdicts.published import load_published
from vitatlas.verdicts.show import markdown
from vitatlas.verdicts.spec import NullSpec, PublishedSpec, VerdictSpec
from vitatlas.verdicts.summary import badge_text, share_reproduced

OfPublished = Callable[[pd.DataFrame], pd.DataFrame]
"""A function from the table of published numbers to readings: the numbers, as if measured in one run, and those that
follow from them."""

ByProtocol = Callable[[pd.DataFrame, Mapping[str, Any]], pd.DataFrame]
"""A function from our readings, and `protocol` of the spec, to the readings that are judged."""


def published_table(job: Job[PublishedSpec]) -> None:
    """Write the table of published numbers. Input `published`, a file of `config/published`; output `table`.

    Raises:
        UserError: The file is not as it should be.
    """
    write_table(job, job.output.table, load_published(job.input.published, job.spec).table())


def of_one_run(table: pd.DataFrame) -> pd.DataFrame:
    """The published numbers themselves, and no others."""
    return table.assign(run=0, under=None)


def as_measured(readings: pd.DataFrame, protocol: Mapping[str, Any]) -> pd.DataFrame:
    """Our readings as they are."""
    return readings


def calibrating(readers: Readers, by_protocol: ByProtocol = as_measured) -> Callable[[Job[NullSpec]], None]:
    """The job that tries the judge on tables that hold nothing. Inputs `published`, `tables`; outputs `csv`, `md`.

    Args:
        readers, by_protocol: As of `judging`.

    Raises:
        UserError: (The job.) As of `judging`.
    """

    def null_calibration(job: Job[NullSpec]) -> None:
        spec = job.spec
        published = load_published(job.input.published, spec)
        ours = by_protocol(collect(job.input.all("tables"), readers, spec), spec.protocol)
        table = calibrate(published.claims, Readings(ours), spec)
        record = record_of(job, job.output.csv)
        write_text(job.output.csv, line(record, ".csv") + table.to_csv(index=False, lineterminator="\n"))
        write_text(job.output.md, line(record, ".md") + null_page(table, published, spec))

    return null_calibration


def judging(
    readers: Readers, of_published: OfPublished = of_one_run, by_protocol: ByProtocol = as_measured
) -> Callable[[Job[VerdictSpec]], None]:
    """The job that judges a tier's analysis tables by what a paper published.

    Inputs `published`, `template` (of the badge), `null` (what `null_calibration` found) and `tables` (any number);
    outputs `csv`, `md`, `svg`.

    Args:
        readers: The paper's, by kind of analysis table.
        of_published: The paper's own numbers as readings.
        by_protocol: The change that a tier's protocol makes in our readings.

    Raises:
        UserError: (The job.) The file of published numbers, or a table, is not as it should be.
    """

    def verdicts(job: Job[VerdictSpec]) -> None:
        spec = job.spec
        published = load_published(job.input.published, spec)
        ours = by_protocol(collect(job.input.all("tables"), readers, spec), spec.protocol)
        known = as_readings([of_published(published.table())], spec)
        table = judge(published, known, ours, spec, read_rates(job.input.null))
        record = record_of(job, job.output.csv)
        text = worded(table, spec).to_csv(index=False, lineterminator="\n")
        write_text(job.output.csv, line(record, ".csv") + text)
        write_text(job.output.md, line(record, ".md") + markdown(table, published, spec))
        said, share = badge_text(table, spec.scale), share_reproduced(table)
        template = job.input.template.read_text(encoding="utf-8")
        write_text(job.output.svg, badge(template, spec.paper, said, share, svg_metadata(record)))

    return verdicts

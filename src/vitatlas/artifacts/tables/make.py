"""The job that makes one table."""

from __future__ import annotations

from vitatlas.artifacts.panels import read_tables
from vitatlas.artifacts.provenance import provenance
from vitatlas.artifacts.spec import ArtifactSpec
from vitatlas.artifacts.tables import auxiliary, behaviour
from vitatlas.artifacts.tables.write import write_table
from vitatlas.errors import UserError
from vitatlas.jobs import Job

FAMILIES = {"behaviour": behaviour, "auxiliary": auxiliary}


def make_table(job: Job[ArtifactSpec]) -> None:
    """Write the table. Input `tables`; outputs `csv`, `md`, `tex`.

    Raises:
        UserError: No such family, or the tables lack a number.
    """
    spec = job.spec
    if spec.family not in FAMILIES:
        raise UserError(f"no tables of family '{spec.family}'; there are: {', '.join(FAMILIES)}", where="--spec")
    family = FAMILIES[spec.family]
    tables = job.input.all("tables")
    values = family.values(read_tables(tables), spec)
    record = provenance(f"{spec.paper}/{spec.artifact}", job.raw_spec, tables)
    output = {form: getattr(job.output, form) for form in ("csv", "md", "tex")}
    write_table(values, family.layout(values, spec), family.notes(spec), spec, output, record)

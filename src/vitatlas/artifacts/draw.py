"""The job that draws one figure: it executes the family's notebook, which writes the files."""

from __future__ import annotations

from vitatlas.artifacts.notebook import ROOT, executed
from vitatlas.artifacts.spec import AnyArtifactSpec
from vitatlas.errors import UserError
from vitatlas.jobs.embedded import add_to_notebook
from vitatlas.jobs.fingerprint import without_fingerprint
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import record_of

TEMPLATES = ROOT / "workflow/notebooks"


def draw_figure(job: Job[AnyArtifactSpec]) -> None:
    """Execute the template of the figure's family. Input `tables`; outputs `pdf`, `png`, `csv` and `notebook`.

    The notebook is the executed template. When it fails, it is kept as `<notebook>.failed.ipynb` with the traceback in
    it, and no output is written.

    Raises:
        UserError: The family has no template, or the notebook failed.
    """
    template = TEMPLATES / job.spec.paper / f"{job.spec.family}.ipynb"
    if not template.is_file():
        raise UserError(f"no template draws figures of family '{job.spec.family}'", where=template)
    tables = job.input.all("tables")
    record = record_of(job, f"{job.spec.paper}/{job.spec.artifact}")
    parameters = {
        "tables": [str(path) for path in tables],
        "spec": without_fingerprint(job.raw_spec),
        "output": {form: str(getattr(job.output, form)) for form in ("pdf", "png", "csv")},
        "provenance": record,
    }
    with executed(template, job.output.notebook, parameters, "draws the figure") as part:
        add_to_notebook(part, record | {"target": str(job.output.notebook)})

"""The job that draws one figure: it executes the family's notebook, which writes the files."""

from __future__ import annotations

from vitatlas.artifacts.notebook import ROOT, executed
from vitatlas.artifacts.provenance import provenance
from vitatlas.artifacts.spec import ArtifactSpec
from vitatlas.errors import UserError
from vitatlas.jobs import Job

TEMPLATES = ROOT / "workflow/notebooks"


def draw_figure(job: Job[ArtifactSpec]) -> None:
    """Execute the template of the figure's family. Input `tables`; outputs `pdf`, `png`, `csv` and `notebook`.

    The notebook is the executed template. When it fails, it is kept as `<notebook>.failed.ipynb` with the traceback in
    it, and no output is written.

    Raises:
        UserError: The family has no template, or the notebook failed.
    """
    template = TEMPLATES / f"{job.spec.family}.ipynb"
    if not template.is_file():
        raise UserError(f"no template draws figures of family '{job.spec.family}'", where=template)
    tables = job.input.all("tables")
    parameters = {
        "tables": [str(path) for path in tables],
        "spec": job.spec.model_dump(mode="json"),
        "output": {form: str(getattr(job.output, form)) for form in ("pdf", "png", "csv")},
        "provenance": provenance(f"{job.spec.paper}/{job.spec.artifact}", job.raw_spec, tables),
    }
    with executed(template, job.output.notebook, parameters, "draws the figure"):
        pass

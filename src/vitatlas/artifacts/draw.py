"""The job that draws one figure: it executes the family's notebook, which writes the files."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vitatlas.artifacts.provenance import provenance
from vitatlas.artifacts.spec import ArtifactSpec
from vitatlas.errors import UserError
from vitatlas.files import atomic
from vitatlas.jobs import Job

ROOT = Path(__file__).resolve().parents[3]
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
    notebook = job.output.notebook
    failed = notebook.with_suffix(".failed.ipynb")
    failed.unlink(missing_ok=True)
    with atomic(notebook) as part:
        _execute(template, part, parameters, failed)


def _execute(template: Path, executed: Path, parameters: dict[str, Any], failed: Path) -> None:
    # Slow to import, and only needed here
    import papermill
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    with _kernel_environment() as scratch:
        # Sockets in a folder of our own: on TCP, kernels that start at once may be given the same port
        config = Config({"KernelManager": {"transport": "ipc", "ip": f"{scratch}/kernel"}})
        try:
            papermill.execute_notebook(
                template,
                executed,
                parameters,
                kernel_name="python3",
                progress_bar=False,
                config=config,
                extra_arguments=["--log-level=CRITICAL"],  # it reports its own shutdown as an error
            )
        except PapermillExecutionError as error:
            shutil.copy(executed, failed)
            problem = error.evalue if error.ename == "UserError" else f"{error.ename}: {error.evalue}"
            raise UserError(
                f"the notebook that draws the figure failed: {problem}",
                where=failed,
                remedy="open that notebook; the traceback is in the cell that failed",
            ) from error


@contextmanager
def _kernel_environment() -> Iterator[str]:
    """What the kernel must find in its environment: this package, and a place of its own for its files."""
    # The path of a socket may have 107 characters; a cluster's TMPDIR may need them all
    folder = "/tmp" if len(tempfile.gettempdir()) > 60 else None
    with tempfile.TemporaryDirectory(prefix="vitatlas-", dir=folder) as scratch:
        added = {
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]),
            "IPYTHONDIR": scratch,
            "JUPYTER_RUNTIME_DIR": scratch,
            "MPLBACKEND": "agg",
        }
        before = {name: os.environ.get(name) for name in added}
        os.environ.update(added)
        try:
            yield scratch
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value

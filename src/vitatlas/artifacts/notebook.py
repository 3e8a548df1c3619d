"""Executing a notebook with papermill, for the jobs whose result is one or is made by one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vitatlas.errors import UserError
from vitatlas.jobs.files import atomic

ROOT = Path(__file__).resolve().parents[3]
KERNEL = "python3"
FOLDERS = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_PATH")
"""Variables that name folders in which Jupyter and IPython look for settings, kernels and start-up files."""


@contextmanager
def executed(template: Path, notebook: Path, parameters: Mapping[str, Any], makes: str) -> Iterator[Path]:
    """Execute `template`; the context gets the executed copy, which becomes `notebook` when it ends without error.

    A notebook that fails is kept as `<notebook>.failed.ipynb` with the traceback in it, and is not written.

    Args:
        template: Has a cell with the tag `parameters`.
        notebook: Where the executed copy goes.
        parameters: By name.
        makes: What the notebook does, for the message: "draws the figure".

    Raises:
        UserError: A cell failed.
    """
    failed = notebook.with_suffix(".failed.ipynb")
    failed.unlink(missing_ok=True)
    with atomic(notebook) as part:
        _execute(template, part, dict(parameters), failed, makes)
        yield part


def _execute(template: Path, part: Path, parameters: dict[str, Any], failed: Path, makes: str) -> None:
    # Slow to import, and only needed here
    import papermill
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    from vitatlas.artifacts.kernel import OwnKernel

    with _kernel_environment() as scratch:
        # Sockets in a folder of our own: on TCP, kernels that start at once may be given the same port
        config = Config({"KernelManager": {"transport": "ipc", "ip": f"{scratch}/kernel"}})
        try:
            papermill.execute_notebook(
                template,
                part,
                parameters,
                kernel_name=KERNEL,
                kernel_manager_class=OwnKernel,
                progress_bar=False,
                config=config,
                extra_arguments=["--log-level=CRITICAL"],  # it reports its own shutdown as an error
            )
        except PapermillExecutionError as error:
            shutil.copy(part, failed)
            problem = error.evalue if error.ename == "UserError" else f"{error.ename}: {error.evalue}"
            raise UserError(
                f"the notebook that {makes} failed: {problem}",
                where=failed,
                remedy="open that notebook; the traceback is in the cell that failed",
            ) from error


@contextmanager
def _kernel_environment() -> Iterator[str]:
    """The environment of the kernel: this package, a place of its own for its files, and no settings of the user."""
    # The path of a socket may have 107 characters; a cluster's TMPDIR may need them all
    folder = "/tmp" if len(tempfile.gettempdir()) > 60 else None
    with tempfile.TemporaryDirectory(prefix="vitatlas-", dir=folder) as scratch:
        added = {
            "PYTHONPATH": str(ROOT / "src"),
            "JUPYTER_NO_CONFIG": "1",
            "MPLBACKEND": "agg",
            **dict.fromkeys(FOLDERS, scratch),
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

"""The kernel that executes notebooks: the Python of the job, without settings of the user."""

import json
import os
import sys
from pathlib import Path

import nbformat
import pytest

from vitatlas.artifacts.notebook import executed
from vitatlas.errors import UserError

CELL = "import os, sys\nprint(sys.executable, 'mine' in globals(), os.environ.get('MPLBACKEND'))"


@pytest.fixture
def template(tmp_path):
    """A notebook with parameters and one cell."""

    def write(code=CELL):
        first = nbformat.v4.new_code_cell("x = 1", metadata={"tags": ["parameters"]})
        nb = nbformat.v4.new_notebook(cells=[first, nbformat.v4.new_code_cell(code)])
        nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(nb, tmp_path / "template.ipynb")
        return tmp_path / "template.ipynb"

    return write


def printed(template, folder):
    with executed(template, folder / "out.ipynb", {"x": 2}, "is tried"):
        pass
    cells = nbformat.read(folder / "out.ipynb", as_version=4).cells
    return cells[-1].outputs[0].text.split()


KERNELS = {
    "another program": {"argv": ["/bin/false", "{connection_file}"], "display_name": "mine", "language": "python"},
    "a Python without ipykernel": {"argv": ["/usr/bin/env", "-i", "true"], "display_name": "p", "language": "python"},
    "no JSON": None,
}


@pytest.mark.parametrize("variable", ["JUPYTER_PATH", "JUPYTER_DATA_DIR", "HOME"])
@pytest.mark.parametrize("kernel", KERNELS)
def test_a_kernel_of_the_user_does_not_draw(template, tmp_path, monkeypatch, variable, kernel):
    below = ".local/share/jupyter/kernels/python3" if variable == "HOME" else "kernels/python3"
    (tmp_path / "mine" / below).mkdir(parents=True)
    spec = KERNELS[kernel]
    (tmp_path / "mine" / below / "kernel.json").write_text(json.dumps(spec) if spec else "{")
    monkeypatch.setenv(variable, str(tmp_path / "mine"))
    assert printed(template(), tmp_path)[0] == sys.executable


def test_start_up_files_and_settings_of_the_user_are_not_read(template, tmp_path, monkeypatch):
    start = tmp_path / "ipython/profile_default/startup"
    start.mkdir(parents=True)
    for file in (start / "00.py", tmp_path / "startup.py"):
        file.write_text("mine = 1\n")
    (start.parent / "ipython_kernel_config.py").write_text("c.IPKernelApp.exec_lines = ['mine = 1']\n")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "startup.py"))
    monkeypatch.setenv("MPLBACKEND", "module://mine")
    assert printed(template(), tmp_path) == [sys.executable, "False", "agg"]
    assert os.environ["IPYTHONDIR"] == str(tmp_path / "ipython")


def test_a_cell_that_fails_is_one_error(template, tmp_path):
    with (
        pytest.raises(UserError, match="ZeroDivisionError"),
        executed(template("1 / 0"), tmp_path / "out.ipynb", {}, "is tried"),
    ):
        pass
    assert not Path(tmp_path / "out.ipynb").exists() and (tmp_path / "out.failed.ipynb").exists()

"""What the fingerprint of a program must notice, and what it must not."""

import json
import os
from pathlib import Path

import pytest

from vitatlas.errors import UserError
from vitatlas.jobs.fingerprint import (
    NEWEST,
    _module,
    code_fingerprint,
    environment_fingerprint,
    newest,
    require_unedited,
)

FILES = {
    "scripts/train.py": '"""Train."""\nimport start\nfrom vitatlas.loop import run\nrun()\n',
    "scripts/start.py": "import sys\n",
    "src/vitatlas/__init__.py": "",
    "src/vitatlas/loop.py": "from vitatlas.math import add\n\n\ndef run():\n    return add(1, 2)\n",
    "src/vitatlas/math/__init__.py": "from .basic import add\n",
    "src/vitatlas/math/basic.py": "def add(a, b):\n    return a + b\n",
    "src/vitatlas/unrelated.py": "x = 1\n",
}


@pytest.fixture
def project(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def fingerprint(project: Path) -> dict[str, str]:
    _module.cache_clear()
    return code_fingerprint([project / "scripts/train.py"], project / "src")


def changed(project: Path, name: str, text: str) -> list[str]:
    """Names of the modules whose digest differs after `text` was written to `name`."""
    before = fingerprint(project)
    (project / name).write_text(text)
    after = fingerprint(project)
    return sorted(key for key in before | after if before.get(key) != after.get(key))


def test_reaches_exactly_what_is_imported(project):
    assert set(fingerprint(project)) == {
        "train.py",
        "start",
        "vitatlas",
        "vitatlas.loop",
        "vitatlas.math",
        "vitatlas.math.basic",
    }


@pytest.mark.parametrize(
    "text",
    [
        "def add(a, b):  # sums\n    return a + b\n",
        'def add(a, b):\n    """The sum."""\n    return a + b\n',
        '"""Sums."""\n\n\ndef add(\n    a,\n    b,\n):\n    return (a + b)\n',
    ],
    ids=["comment", "docstring", "formatting"],
)
def test_words_and_layout_do_not_count(project, text):
    assert changed(project, "src/vitatlas/math/basic.py", text) == []


def test_an_edited_helper_counts_and_is_named(project):
    text = "def add(a, b):\n    return b - a\n"
    assert changed(project, "src/vitatlas/math/basic.py", text) == ["vitatlas.math.basic"]


def test_a_swap_of_two_values_counts(project):
    text = FILES["src/vitatlas/loop.py"].replace("add(1, 2)", "add(2, 1)")
    assert changed(project, "src/vitatlas/loop.py", text) == ["vitatlas.loop"]


def test_an_unrelated_module_does_not_count(project):
    assert changed(project, "src/vitatlas/unrelated.py", "x = 2\n") == []


def test_a_new_import_counts_with_what_it_reaches(project):
    text = FILES["src/vitatlas/loop.py"] + "import vitatlas.unrelated\n"
    assert changed(project, "src/vitatlas/loop.py", text) == ["vitatlas.loop", "vitatlas.unrelated"]


def test_an_import_inside_a_function_is_followed(project):
    text = "def run():\n    from vitatlas import unrelated\n    return unrelated.x\n"
    assert "vitatlas.unrelated" in changed(project, "src/vitatlas/loop.py", text)


def test_a_string_that_is_used_counts(project):
    first = changed(project, "src/vitatlas/unrelated.py", "x = 1\n") + changed(
        project, "scripts/train.py", FILES["scripts/train.py"].replace("run()\n", "print('a')\n")
    )
    assert first
    assert changed(project, "scripts/train.py", (project / "scripts/train.py").read_text().replace("'a'", "'b'"))


def test_only_the_code_of_a_notebook_counts(tmp_path):
    def notebook(code: str, prose: str) -> Path:
        cells = [
            {"cell_type": "markdown", "source": [prose]},
            {"cell_type": "code", "source": ["%matplotlib inline\n", code], "outputs": []},
        ]
        path = tmp_path / "figure.ipynb"
        path.write_text(json.dumps({"cells": cells}))
        _module.cache_clear()
        return path

    def digest(path: Path) -> dict[str, str]:
        return code_fingerprint([path], tmp_path)

    first = digest(notebook("draw(1)", "words"))
    assert digest(notebook("draw(1)", "other words")) == first
    assert digest(notebook("draw(2)", "words")) != first


def test_the_environment_is_what_the_locks_of_an_image_share(tmp_path):
    def digest(cpu: str, cuda: str) -> str:
        for name, text in (("compute-cpu", cpu), ("compute-cuda", cuda), ("figures", "numpy==7\n")):
            (tmp_path / f"{name}.lock.txt").write_text(text)
        environment_fingerprint.cache_clear()
        return environment_fingerprint(tmp_path, "compute")

    first = digest("numpy==1\n", "numpy==1\nnvidia==3\n")
    assert digest("# made by hand\nnumpy==1\n", "nvidia==4\nnumpy==1\n") == first
    assert digest("numpy==2\n", "numpy==2\nnvidia==3\n") != first
    assert environment_fingerprint(tmp_path, "figures") != first
    with pytest.raises(FileNotFoundError, match="no lock of the image 'reports'"):
        environment_fingerprint(tmp_path, "reports")


def test_modules_that_cannot_change_a_result_do_not_count(root):
    found = code_fingerprint([root / "workflow/scripts/relations/finetune.py"], root / "src")
    assert {"vitatlas.device", "vitatlas.jobs.start"} <= set(found)
    assert not any(name.startswith(("vitatlas.gpu", "vitatlas.errors", "vitatlas.jobs.progress")) for name in found)


EDITED = ["src/vitatlas/helper.py", "workflow/scripts/rule.py", "workflow/notebooks/one/draw.ipynb"]


@pytest.mark.parametrize("file", EDITED)
def test_a_program_that_is_edited_while_the_run_goes_on_is_named(tmp_path, monkeypatch, file):
    """The run was told what jobs are made by; they read the programs once more, when they start."""
    script = tmp_path / "workflow/scripts/rule.py"
    notebook = tmp_path / "workflow/notebooks/one/draw.ipynb"
    for path, text in (
        (tmp_path / "src/vitatlas/__init__.py", ""),
        (tmp_path / "src/vitatlas/helper.py", "A = 1\n"),
        (script, "from vitatlas.helper import A\n"),
        (notebook, '{"cells": [{"cell_type": "code", "source": ["x = 1"]}]}'),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, ns=(10**18, 10**18))
    code = code_fingerprint([script, notebook], tmp_path / "src")
    monkeypatch.setenv(NEWEST, str(newest(tmp_path)))
    require_unedited(code, script)
    edited, content = tmp_path / file, (tmp_path / file).read_text()
    edited.write_text(content.replace("\n", "  # said more\n"))
    _module.cache_clear()
    require_unedited(code, script)  # as with the fingerprint, comments do not count
    edited.write_text(content.replace("1", "2").replace("helper import A", "helper import A as B"))
    _module.cache_clear()
    with pytest.raises(UserError, match="edited after the run began") as error:
        require_unedited(code, script)
    assert str(error.value.where) == str(edited)
    monkeypatch.delenv(NEWEST)
    require_unedited(code, script)  # a job that was started by hand

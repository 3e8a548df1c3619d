"""Errors of input functions, which Snakemake would keep quiet about where the file is there."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vitatlas.errors import UserError
from vitatlas.project.atlas import load_atlas
from vitatlas.project.heard import Heard, heard

ROOT = Path(__file__).resolve().parents[3]


def wrong(wildcards):
    raise UserError("no such thing", where="key 'x'", remedy="another")


def of_kind(kind):
    """An input function, as a paper's paths make it."""

    def files(wildcards):
        raise kind("broken")

    return files


def test_an_error_for_the_user_ends_the_process_with_its_words():
    with pytest.raises(SystemExit) as ended:
        heard(wrong)(None)
    assert ended.value.code == "no such thing\n  where:  key 'x'\n  remedy: another"


@pytest.mark.parametrize("kind", [KeyError, OSError, ValueError, AttributeError])
def test_any_other_error_ends_it_too(kind, capsys):
    with pytest.raises(SystemExit, match=r"files failed: .*broken"):
        heard(of_kind)(kind)(None)
    assert "Traceback" in capsys.readouterr().err


def test_snakemake_sees_the_same_parameters():
    assert list(inspect.signature(heard(wrong)).parameters) == ["wildcards"]
    assert heard(lambda wildcards: [wildcards])("a") == ["a"]


def test_rooms_specs_and_paths_are_heard():
    atlas = Heard(load_atlas(ROOT, {"tier": "smoke"}))
    assert atlas.config.tier == "smoke" and atlas.relations.paths.of.results == "results/smoke"

    class Model:
        model, run, task, setting, canvas = "mini-objekts", "0", "rmts", "32", "48"

    for function in (
        atlas.relations.paths.weights_of,
        atlas.relations.specs.finetune,
        atlas.own_checkpoint,
    ):
        with pytest.raises(SystemExit, match="unknown model 'mini-objekts'"):
            function(Model)


SNAKEFILE = f"""
import sys
sys.path.insert(0, "{ROOT}/src")
from vitatlas.errors import UserError
from vitatlas.project.heard import heard

def files(wildcards):
    raise UserError("the folder is missing", where="/nowhere")

rule target:
    input: heard(files)
    output: "made.txt"
    shell: "touch {{output}}"
"""


@pytest.mark.parametrize("there", [True, False])
def test_snakemake_ends_with_it_whether_the_file_is_there_or_not(tmp_path, there):
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    if there:
        (tmp_path / "made.txt").touch()
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--dry-run", "made.txt"]
    run = subprocess.run(command, cwd=tmp_path, env={**os.environ}, capture_output=True, text=True, check=False)
    assert run.returncode == 1 and "the folder is missing\n  where:  /nowhere" in run.stderr
    assert "Nothing to be done" not in run.stderr and "Traceback" not in run.stderr

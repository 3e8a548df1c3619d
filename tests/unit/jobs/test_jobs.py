"""What a rule hands to its script, and files that appear complete or not at all."""

import errno
import json
import os
import sys

import pytest

from vitatlas.config.strict import Strict
from vitatlas.errors import UserError
from vitatlas.jobs.files import atomic, sha256, write_json
from vitatlas.jobs.job import one_per, parse, run
from vitatlas.jobs.provenance import record_of
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.spec import effective


class Recipe(Strict):
    steps: int
    name: str = "x"


def job(tmp_path, *extra, spec='{"steps": 3}'):
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    inputs = [
        "--input",
        "tables",
        str(tmp_path / "a.txt"),
        str(tmp_path / "b.txt"),
        "--input",
        "one",
        str(tmp_path / "a.txt"),
    ]
    return parse(Recipe, [*inputs, "--output", "out", str(tmp_path / "o"), "--spec", spec, *extra])


def test_inputs_outputs_and_spec_are_named(tmp_path):
    made = job(tmp_path)
    assert made.spec.steps == 3
    assert made.input.one == tmp_path / "a.txt"
    assert [path.name for path in made.input.all("tables")] == ["a.txt", "b.txt"]
    assert made.input.all("absent") == []
    assert made.output.out == tmp_path / "o"


def test_a_file_of_several_is_found_by_how_its_path_ends(tmp_path):
    files = job(tmp_path).input
    assert files.ending("tables", "a.txt") == files.ending("tables", f"{tmp_path.name}/a.txt") == tmp_path / "a.txt"
    with pytest.raises(UserError, match=r"one file …/c/a\.txt as input 'tables', got 0"):
        files.ending("tables", "c/a.txt")


def test_there_is_one_file_for_each_thing(tmp_path):
    made = job(tmp_path)
    assert one_per(made, "tables", [3, 1], "run") == made.input.all("tables")
    with pytest.raises(UserError, match="2 tables for 1 layers") as error:
        one_per(made, "tables", [3], "layer")
    assert "one per layer" in error.value.remedy


@pytest.mark.parametrize(
    ("log", "name"),
    [
        ("results/demo/logs/das/mini/rmts/256/run0.log", "das/mini/rmts/256/run0"),
        ("/home/me/results/demo/logs/scenes/mini.log", "scenes/mini"),
        ("elsewhere/das.log", None),
        ("", None),
    ],
)
def test_a_job_is_called_after_its_log(tmp_path, log, name):
    assert job(tmp_path, "--log", log).name == name
    assert job(tmp_path).name is None


def test_inputs_are_digested_once(tmp_path):
    made = job(tmp_path)
    first = made.digests
    (tmp_path / "a.txt").write_text("changed")
    assert made.digests is first and set(first) == {str(tmp_path / "a.txt"), str(tmp_path / "b.txt")}


@pytest.mark.parametrize("change", ["another content", "gone"])
def test_an_input_that_changes_while_the_job_runs_is_named(tmp_path, change):
    made = job(tmp_path)
    _ = made.digests
    (tmp_path / "b.txt").touch()
    made.require_same_inputs()
    (tmp_path / "b.txt").write_text(change) if change != "gone" else (tmp_path / "b.txt").unlink()
    with pytest.raises(UserError, match=r"changed while the job ran[\s\S]*b\.txt"):
        record_of(made, "results/demo/x.csv")


def test_the_fingerprint_is_kept_apart_from_the_spec(tmp_path):
    made = job(tmp_path, spec='{"steps": 3, "code": {"a": "1"}, "environment": "2"}')
    assert made.spec == Recipe(steps=3)
    assert made.raw_spec["code"] == {"a": "1"}


def test_what_has_no_effect_is_left_out_of_what_a_result_depends_on():
    spec = {"a": 1, "compute": {"device": "cpu", "checkpoint_every_s": 3}, "source": "x", "model": {"source": "y"}}
    assert effective(spec) == {"a": 1, "compute": {"device": "cpu"}, "model": {"source": "y"}}
    assert spec["compute"] == {"device": "cpu", "checkpoint_every_s": 3}


def test_the_spec_can_come_from_a_file(tmp_path):
    (tmp_path / "spec.json").write_text('{"steps": 5}')
    assert job(tmp_path, spec=f"@{tmp_path / 'spec.json'}").spec.steps == 5


@pytest.mark.parametrize(
    ("spec", "word"),
    [
        ("{", "JSON"),
        ("[1]", "object"),
        ('{"steps": "x"}', "'steps'"),
        ('{"steps": 1, "stepz": 2}', "'stepz'"),
        ("{}", "steps"),
    ],
)
def test_a_wrong_spec_is_named(tmp_path, spec, word):
    with pytest.raises(UserError, match=word):
        job(tmp_path, spec=spec)


def test_a_missing_input_is_named(tmp_path):
    with pytest.raises(UserError, match=r"nothere\.txt"):
        job(tmp_path, "--input", "scenes", str(tmp_path / "nothere.txt"))


def test_asking_for_one_file_of_many_is_an_error(tmp_path):
    with pytest.raises(UserError, match="tables"):
        _ = job(tmp_path).input.tables


def test_a_user_error_ends_the_script_without_a_traceback(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["x", "--spec", "{"])
    with pytest.raises(SystemExit) as ended:
        run(lambda job: None, Recipe)
    printed = capsys.readouterr().err
    assert ended.value.code == 1
    assert printed.startswith("error: the spec cannot be read")
    assert "Traceback" not in printed


def test_an_atomic_file_is_complete_or_absent(tmp_path):
    path = tmp_path / "deep" / "x.json"
    with pytest.raises(ZeroDivisionError), atomic(path) as part:
        part.write_text("half")
        _ = 1 / 0
    assert list(path.parent.iterdir()) == []
    write_json(path, {"b": 1, "a": 2})
    assert json.loads(path.read_text()) == {"a": 2, "b": 1}
    assert list(path.parent.iterdir()) == [path]


def test_a_failed_rewrite_keeps_the_old_file(tmp_path):
    path = tmp_path / "x.json"
    write_json(path, 1)
    before = sha256(path)
    with pytest.raises(ZeroDivisionError), atomic(path) as part:
        part.write_text("half")
        _ = 1 / 0
    assert sha256(path) == before


def test_seeds_depend_on_every_name_and_are_stable():
    seeds = {derive_seed(0, "a", "b"), derive_seed(1, "a", "b"), derive_seed(0, "a"), derive_seed(0, "b", "a")}
    assert len(seeds) == 4
    assert derive_seed(0, "a", "b") == 6129914920959480835
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_an_input_that_may_not_be_read_is_named_before_anything_starts(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("b.txt"))
    with pytest.raises(UserError, match=r"not allowed[\s\S]*b\.txt"):
        job(tmp_path)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.ENOENT, errno.EMFILE])
def test_what_the_system_refuses_a_job_is_one_message(tmp_path, monkeypatch, capsys, number):
    def main(_):
        raise OSError(number, "no", str(tmp_path / "deep"))

    monkeypatch.setattr(sys, "argv", ["rule.py", "--spec", '{"steps": 1}'])
    with pytest.raises(SystemExit) as stop:
        run(main, Recipe)
    said = capsys.readouterr().err
    assert stop.value.code == 1 and said.startswith("error: ")
    assert "deep" in said and "remedy" in said and "Traceback" not in said

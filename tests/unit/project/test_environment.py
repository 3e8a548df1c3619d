"""What jobs find in their environment."""

import os
from pathlib import Path

import pytest

from vitatlas.errors import UserError
from vitatlas.jobs.environment import DECLARED
from vitatlas.project.checkout import FAILED, NO_GIT, State
from vitatlas.project.environment import CACHES, binds, default_cache, hand_over, prepare


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """An environment of its own, without any of the variables that are set."""
    told = [f"VITATLAS_{name}" for name in ("COMMIT", "COMMIT_UNKNOWN", "SETTINGS", "ROOT", "NEWEST_EDIT", "KEEP")]
    for variable in (*CACHES, *DECLARED, *told, "APPTAINER_BIND", "SINGULARITY_BIND"):
        monkeypatch.setenv(variable, "")
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PATH", os.environ["PATH"])
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return tmp_path


def bound() -> list[str]:
    return (os.environ.get("APPTAINER_BIND") or os.environ["SINGULARITY_BIND"]).split(",")


def test_every_library_caches_below_one_folder(environment):
    prepare(default_cache())
    for variable in CACHES:
        assert Path(os.environ[variable]).is_relative_to(environment / "home/vit-atlas"), variable
        assert Path(os.environ[variable]).is_dir()
    assert bound() == [str(environment / "home/vit-atlas")]


def test_a_cache_that_the_user_has_elsewhere_stays_there_and_is_bound(environment, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(environment / "mine"))
    prepare(default_cache())
    assert os.environ["HF_HOME"] == str(environment / "mine")
    assert bound() == [str(environment / "home/vit-atlas"), str(environment / "mine")]


def test_jobs_are_told_commit_and_settings(environment):
    hand_over(environment, State("abc"), {"seed": 1}, ["NCCL_DEBUG"])
    assert os.environ["VITATLAS_COMMIT"] == "abc" and os.environ["VITATLAS_SETTINGS"] == '{"seed": 1}'
    assert os.environ["VITATLAS_KEEP"] == "NCCL_DEBUG"


@pytest.mark.parametrize(
    ("of", "unknown", "commit"),
    [
        ("same", NO_GIT, "abc"),
        ("another", NO_GIT, ""),  # the variable is left from a run of another checkout
        ("same", FAILED, ""),  # git is there: what it does not say is not known
    ],
)
def test_a_commit_is_handed_on_within_one_project_where_git_is_missing(environment, monkeypatch, of, unknown, commit):
    monkeypatch.setenv("VITATLAS_COMMIT", "abc")
    monkeypatch.setenv("VITATLAS_ROOT", str(environment if of == "same" else environment / "another"))
    hand_over(environment, State("", unknown), {})
    assert os.environ["VITATLAS_COMMIT"] == commit
    assert os.environ.get("VITATLAS_COMMIT_UNKNOWN", "") == ("" if commit else unknown)


@pytest.mark.parametrize("name", ["BASH_ENV", "BASH_FUNC_python%%", "APPTAINERENV_PATH", "SINGULARITYENV_PYTHONPATH"])
def test_nothing_comes_between_snakemake_and_a_job(environment, monkeypatch, name):
    monkeypatch.setenv(name, "() { echo mine; }")
    prepare(default_cache())
    assert name not in os.environ


def test_preparing_twice_changes_nothing(environment):
    prepare(default_cache())
    before = dict(os.environ)
    prepare(default_cache())
    assert {k: v for k, v in os.environ.items() if k != "PATH"} == {k: v for k, v in before.items() if k != "PATH"}


def test_binds_keep_what_was_asked_for_and_leave_out_what_is_not_there(tmp_path):
    (tmp_path / "cache/torch").mkdir(parents=True)
    folders = [tmp_path / "cache", tmp_path / "cache/torch", tmp_path / "absent"]
    assert binds("/data:/data:ro", folders) == f"/data:/data:ro,{tmp_path / 'cache'}"
    assert binds("", []) == ""


def test_a_cache_that_cannot_be_made_is_named(environment):
    (environment / "file").write_text("in the way")
    with pytest.raises(UserError, match=r"cannot be made[\s\S]*config/site.yaml"):
        prepare(environment / "file" / "cache")

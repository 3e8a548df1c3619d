"""What jobs find in their environment."""

import os
from pathlib import Path

import pytest

from vitatlas.errors import UserError
from vitatlas.project.environment import CACHES, binds, default_cache, prepare


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """An environment of its own, without any of the variables that are set."""
    for variable in (*CACHES, "VITATLAS_COMMIT", "OMP_WAIT_POLICY", "APPTAINER_BIND", "SINGULARITY_BIND"):
        monkeypatch.setenv(variable, "")
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PATH", os.environ["PATH"])
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return tmp_path


def bound() -> list[str]:
    return (os.environ.get("APPTAINER_BIND") or os.environ["SINGULARITY_BIND"]).split(",")


def test_every_library_caches_below_one_folder(environment):
    prepare("abc", default_cache())
    for variable in CACHES:
        assert Path(os.environ[variable]).is_relative_to(environment / "home/vit-atlas"), variable
        assert Path(os.environ[variable]).is_dir()
    assert bound() == [str(environment / "home/vit-atlas")]
    assert os.environ["VITATLAS_COMMIT"] == "abc"


def test_a_cache_that_the_user_has_elsewhere_stays_there_and_is_bound(environment, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(environment / "mine"))
    prepare("", default_cache())
    assert os.environ["HF_HOME"] == str(environment / "mine")
    assert bound() == [str(environment / "home/vit-atlas"), str(environment / "mine")]


def test_where_git_is_missing_the_commit_is_the_one_handed_on(environment, monkeypatch):
    monkeypatch.setenv("VITATLAS_COMMIT", "abc")
    prepare("", default_cache())
    assert os.environ["VITATLAS_COMMIT"] == "abc"


def test_preparing_twice_changes_nothing(environment):
    prepare("", default_cache())
    before = dict(os.environ)
    prepare("", default_cache())
    assert {k: v for k, v in os.environ.items() if k != "PATH"} == {k: v for k, v in before.items() if k != "PATH"}


def test_binds_keep_what_was_asked_for_and_leave_out_what_is_not_there(tmp_path):
    (tmp_path / "cache/torch").mkdir(parents=True)
    folders = [tmp_path / "cache", tmp_path / "cache/torch", tmp_path / "absent"]
    assert binds("/data:/data:ro", folders) == f"/data:/data:ro,{tmp_path / 'cache'}"
    assert binds("", []) == ""


def test_a_cache_that_cannot_be_made_is_named(environment):
    (environment / "file").write_text("in the way")
    with pytest.raises(UserError, match=r"cannot be made[\s\S]*config/site.yaml"):
        prepare("", environment / "file" / "cache")

"""What jobs find in their environment."""

import os
from pathlib import Path

import pytest

from vitatlas.config.site import expanded, variables_in
from vitatlas.errors import UserError
from vitatlas.jobs.environment import DECLARED
from vitatlas.project.checkout import FAILED, NO_GIT, State
from vitatlas.project.environment import CACHES, binds, default_cache, hand_over, prepare


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """An environment of its own, without any of the variables that are set."""
    names = ("COMMIT", "COMMIT_UNKNOWN", "SETTINGS", "ROOT", "NEWEST_EDIT", "KEEP", "HOME")
    told = [f"VITATLAS_{name}" for name in names]
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


def linked(place: Path, target: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    target.mkdir(parents=True) if not target.suffix else target.parent.mkdir(parents=True)
    if target.suffix:
        target.write_text("")
    place.symlink_to(target)
    return place


def test_links_are_bound_under_their_own_name_and_where_they_lead(tmp_path):
    source = linked(tmp_path / "weights", tmp_path / "disk/weights")
    linked(source / "dino.safetensors", tmp_path / "hub/blobs/dino.bin")
    linked(source / "mae", tmp_path / "hub/mae")
    (source / "gone").symlink_to(tmp_path / "gone")
    named = binds("", [source]).split(",")
    assert named[:2] == [str(tmp_path / "disk/weights"), str(source)]
    assert set(named[2:]) == {str(tmp_path / "hub/blobs"), str(tmp_path / "hub/mae")}


def test_what_lies_in_the_working_directory_is_bound_only_where_it_leads_out(tmp_path, monkeypatch):
    (tmp_path / "project/resources").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "project")
    linked(Path("results"), tmp_path / "scratch/results")
    assert binds("", [Path("results"), Path("resources"), Path("absent")]) == str(tmp_path / "scratch/results")


def test_a_single_file_is_bound(tmp_path):
    (tmp_path / "mine.pth").touch()
    assert binds("", [tmp_path / "mine.pth"]) == str(tmp_path / "mine.pth")


@pytest.mark.parametrize(
    ("given", "found"),
    [("~/data", "/users/me/data"), ("~", "/users/me"), ("$SET/x", "/set/x"), ("a/~/b", "a/~/b"), ("/a", "/a")],
)
def test_home_and_variables_mean_in_jobs_what_they_mean_to_the_user(monkeypatch, given, found):
    monkeypatch.setenv("HOME", "/the/projects/folder/in/a/container")
    monkeypatch.setenv("VITATLAS_HOME", "/users/me")
    monkeypatch.setenv("SET", "/set")
    assert expanded(given) == Path(found)


def test_variables_in_paths_are_known_by_name():
    paths = ["$DATA/photos", "${SCRATCH}/a/$USER", "~/x", "/plain", "cost$", "$DATA"]
    assert variables_in(paths) == ["DATA", "SCRATCH", "USER"]


def test_jobs_are_told_the_home_of_who_started_them(environment, monkeypatch):
    monkeypatch.setenv("HOME", str(environment))
    prepare(default_cache())
    monkeypatch.setenv("HOME", "/elsewhere")
    assert expanded("~/x") == environment / "x"


def test_a_user_without_home_and_entry_is_told_what_to_set(environment, monkeypatch):
    def nobody(*_):
        raise KeyError("uid not found")

    for variable in ("HOME", "XDG_CACHE_HOME", "LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    with pytest.raises(UserError, match=r"~/\.cache[\s\S]*HOME[\s\S]*export HOME"):
        default_cache()
    monkeypatch.setenv("LOGNAME", "")
    prepare(environment / "cache")
    assert os.environ["LOGNAME"].startswith("user")

"""Whose commit it is that records name."""

import os
import subprocess

import pytest

from vitatlas.project.checkout import (
    FAILED,
    INSIDE_ANOTHER,
    NO_CHECKOUT,
    NO_COMMIT,
    NO_GIT,
    commit_of,
    has_commit,
    state_of,
)


def git(folder, *words):
    author = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(folder), *author, *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def repository(folder):
    """A repository with one commit."""
    (folder / "src").mkdir(parents=True)
    (folder / "src/a.py").write_text("a = 1\n")
    (folder / ".gitignore").write_text("results/\n")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "first")
    return folder


@pytest.fixture
def project(tmp_path):
    return repository(tmp_path / "project")


def head(folder):
    return git(folder, "rev-parse", "--short=12", "HEAD")


def test_a_clean_checkout_is_at_its_commit(project):
    assert commit_of(project) == head(project)
    assert has_commit(project, head(project)) is True and has_commit(project, "0" * 40) is False


@pytest.mark.parametrize(
    ("file", "dirty"),
    [
        ("src/a.py", True),  # known to git, and edited
        ("src/b.py", True),  # not known to git, but imported all the same
        ("rules/mine.smk", True),
        ("workflow/notebooks/x.ipynb", True),
        ("src/a.py.swp", False),
        ("notes.txt", False),
        ("results/x.py", False),
    ],
)
def test_what_programs_read_makes_it_differ(project, file, dirty):
    (project / file).parent.mkdir(parents=True, exist_ok=True)
    (project / file).write_text("other\n")
    assert commit_of(project) == head(project) + ("-dirty" if dirty else "")


def test_a_file_that_a_users_git_overlooks_still_counts(project, tmp_path, monkeypatch):
    (tmp_path / "ignored").write_text("*.py\n")
    (tmp_path / ".gitconfig").write_text(f"[core]\nexcludesFile = {tmp_path / 'ignored'}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    (project / "src/b.py").touch()
    assert commit_of(project).endswith("-dirty")


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"])
def test_a_repository_that_the_environment_names_is_not_asked(project, tmp_path, monkeypatch, variable):
    other = repository(tmp_path / "other")
    git(other, "commit", "--quiet", "--allow-empty", "--message", "second")
    places = {"GIT_DIR": other / ".git", "GIT_WORK_TREE": other, "GIT_INDEX_FILE": tmp_path / "none"}
    monkeypatch.setenv(variable, str(places[variable]))
    assert commit_of(project) == head(project) != head(other)


@pytest.mark.parametrize(("kind", "why"), [("none", INSIDE_ANOTHER), ("empty", FAILED), ("broken", FAILED)])
def test_a_repository_around_the_project_is_not_its_own(tmp_path, kind, why):
    inner = repository(tmp_path / "outer") / "vendored"
    inner.mkdir()
    if kind != "none":
        (inner / ".git").mkdir()
    if kind == "broken":
        (inner / ".git/HEAD").write_text("nonsense")
    state = state_of(inner)
    assert (state.commit, state.unknown) == ("", why)
    assert has_commit(inner, head(tmp_path / "outer")) is None


def test_what_is_unknown_says_why_and_names_no_folder(project, tmp_path, monkeypatch):
    assert state_of(tmp_path).unknown == NO_CHECKOUT
    (tmp_path / "new").mkdir()
    git(tmp_path / "new", "init", "--quiet")
    assert state_of(tmp_path / "new").unknown == NO_COMMIT
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert state_of(project).unknown == NO_GIT
    (tmp_path / "bin/git").write_text(f"#!/bin/sh\necho 'fatal: no {tmp_path}' >&2; exit 128\n")
    (tmp_path / "bin/git").chmod(0o755)
    state = state_of(project)
    assert state.unknown == FAILED and str(tmp_path) in state.details


def test_a_checkout_of_somebody_else_has_a_commit_too(project, monkeypatch):
    """Git denies others' repositories, unless it is told by path whose is meant."""
    denial, real = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}, subprocess.run
    plain = ["git", "-C", str(project), "rev-parse", "HEAD"]
    if not real(plain, env=os.environ | denial, capture_output=True, check=False).returncode:
        pytest.skip("this git does not deny them")

    def run(command, **given):
        return real(command, **given | {"env": os.environ | denial})

    monkeypatch.setattr(subprocess, "run", run)
    assert state_of(project).unknown == "" and has_commit(project, "HEAD")


def test_a_linked_worktree_is_a_checkout(project, tmp_path):
    git(project, "worktree", "add", "--quiet", str(tmp_path / "linked"))
    assert commit_of(tmp_path / "linked") == head(project)

"""Which state of the code a checkout holds.

Git is asked about the repository of the project's own folder alone: never about one around it, nor about one that the
environment names (`GIT_DIR`). To whom the folder belongs does not matter: whoever runs the project trusts it already.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from vitatlas.jobs.again import DIRTY

DIGITS = 12
READ = re.compile(r"(Snakefile|(src|rules|workflow|config|envs)/.*\.(py|smk|ipynb|yaml|yml|lock|txt|in))$")
"""Files that programs read even where git does not know them: with them, the code is not that of the commit."""

NO_CHECKOUT = "the project is no git checkout"
INSIDE_ANOTHER = "the project is no git checkout of its own: it lies inside another repository"
NO_GIT = "git is not installed"
NO_COMMIT = "the checkout has no commit yet"
FAILED = "git could not read the checkout"


@dataclass(frozen=True)
class State:
    """The state of the code.

    Attributes:
        commit: The commit, with `-dirty` where what programs read differs from it; empty where it is unknown.
        unknown: Why it is unknown, in words that name no folder; empty where it is known.
        details: What git said to that.
    """

    commit: str
    unknown: str = ""
    details: str = ""


class _GitFailed(Exception):
    """Git ended with an error; the text is what it said."""


def state_of(root: Path) -> State:
    """The state of the checkout in the folder `root`."""
    if not (root / ".git").exists():
        around = any((folder / ".git").exists() for folder in root.resolve().parents)
        return State("", INSIDE_ANOTHER if around else NO_CHECKOUT)
    try:
        commit = _git(root, "rev-parse", "--verify", "--quiet", f"--short={DIGITS}", "HEAD").strip()
        return State(commit + (DIRTY if _edited(root) else ""))
    except FileNotFoundError:
        return State("", NO_GIT)
    except OSError as error:
        return State("", FAILED, str(error.strerror))
    except _GitFailed as error:
        # With --quiet, git says nothing where only the commit is missing
        return State("", FAILED, str(error)) if str(error) else State("", NO_COMMIT)


def commit_of(root: Path) -> str:
    """The commit of the checkout, with `-dirty` where files differ from it; empty where it is unknown."""
    return state_of(root).commit


def has_commit(root: Path, commit: str) -> bool | None:
    """Whether git has this commit in the checkout; None where git cannot be asked."""
    if state_of(root).unknown:
        return None
    try:
        _git(root, "cat-file", "-e", f"{commit}^{{commit}}")
    except _GitFailed:
        return False
    return True


def _edited(root: Path) -> bool:
    """Whether a file that git knows differs from the commit, or programs read one that it does not know."""
    told = _git(root, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
    entries = [entry for entry in told.split("\0") if entry]
    return any(not entry.startswith("?? ") or READ.match(entry[3:]) for entry in entries)


def _git(root: Path, *arguments: str) -> str:
    """The answer of git about the repository in `root`."""
    # Files that a user's own settings make git overlook are read by programs all the same
    settings = ("-c", f"core.excludesFile={os.devnull}", "-c", "core.fsmonitor=false")
    place = (f"--git-dir={root / '.git'}", f"--work-tree={root}")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "--no-optional-locks", *place, *settings, *arguments],
        cwd=root,
        env=environment | {"LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise _GitFailed(done.stderr.decode(errors="replace").strip())
    return done.stdout.decode(errors="surrogateescape")

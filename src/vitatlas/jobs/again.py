"""The commands that make a file again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SETTINGS = "results/own-settings.json"
DIRTY = "-dirty"


def commit_in(record: Mapping[str, Any]) -> str:
    """The commit that a record names, without the mark of uncommitted changes; empty where it names none."""
    return str(record["commit"] or "").removesuffix(DIRTY)


def missing_for(record: Mapping[str, Any]) -> str:
    """The things that the commands need besides, in words; empty where they are all that it takes."""
    commit, unknown = str(record["commit"] or ""), record.get("unknown", {})
    needs = []
    if not commit:
        needs.append("the program as it was: the record knows no commit")
    elif commit.endswith(DIRTY):
        needs.append(f"the edits that were not committed on top of {commit_in(record)}, which git does not have")
    if "settings" in unknown:
        needs.append("the settings of the run: the record does not know them")
    return f"This needs, besides: {'; '.join(needs)}" if needs else ""


def commands_for(record: Mapping[str, Any], target: str, here: str = "") -> list[str]:
    """The lines to type in a checkout of the project to make `target` as `record` says.

    The run's own settings go into a file below `results/`, which git ignores: on the command line, Snakemake takes
    nested values for text.

    Args:
        record: The provenance.
        target: The file as a rule states it.
        here: The commit that the checkout is at; where it is the record's, it need not be checked out.
    """
    commit, lines = commit_in(record), []
    if commit and here != commit:
        lines += [f"git checkout {commit}", "make environment"]
    words = [".venv/bin/snakemake", "--cores", "all", "--force", target]
    if record["settings"]:
        lines.append(f"echo {shlex.quote(json.dumps(record['settings'], sort_keys=True))} > {SETTINGS}")
        words += ["--configfile", SETTINGS]
    if record["tier"]:
        words += ["--config", f"tier={record['tier']}"]
    lines.append(shlex.join(words))
    if "style" in record:
        name = f"{Path(target).parent.name}_{Path(target).stem}"
        lines.append(f"make restyle STYLE={record['style']} TIER={record['tier']} TARGET={name}")
    return lines

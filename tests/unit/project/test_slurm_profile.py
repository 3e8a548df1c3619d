"""The profile for SLURM, and what it runs on a node before each job."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

PROFILE = "profiles/slurm"


def on_node(root: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """What a job does first, in the shell that SLURM takes for it."""
    command = ["sh", "-c", f". {PROFILE}/node.sh && echo on with $SEEN"]
    environment = {"PATH": os.environ["PATH"]} | variables
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def test_its_groups_name_rules_that_exist(root: Path) -> None:
    texts = [path.read_text() for path in root.glob("rules/**/*.smk")]
    rules = set(re.findall(r"^rule (\w+):", "".join(texts), re.MULTILINE))
    groups = yaml.safe_load((root / PROFILE / "config.yaml").read_text())["groups"]
    assert {group.split("=")[0] for group in groups} <= rules


def test_the_node_runs_the_sites_modules_and_commands(root: Path, tmp_path: Path) -> None:
    (tmp_path / "init").mkdir()
    (tmp_path / "init/sh").write_text('module() { MODULES="$*"; }\n')
    done = on_node(root, MODULESHOME=str(tmp_path), VITATLAS_MODULES="a/1 b", VITATLAS_SETUP='SEEN="$MODULES\nx"')
    assert done.stdout == "on with load a/1 b x\n"


def test_without_any_it_does_nothing(root: Path) -> None:
    assert on_node(root).stdout == "on with\n"


@pytest.mark.parametrize(
    ("variables", "words"),
    [({"VITATLAS_MODULES": "nonesuch"}, "modules 'nonesuch'"), ({"VITATLAS_SETUP": "false"}, "'setup'")],
)
def test_what_fails_there_is_named_and_the_job_does_not_start(
    root: Path, variables: dict[str, str], words: str
) -> None:
    done = on_node(root, **variables)
    assert done.returncode != 0
    assert words in done.stderr and "config/site.yaml" in done.stderr
    assert "on with" not in done.stdout

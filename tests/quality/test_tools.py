"""Formatting, lint and types, as the tools see them."""

import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
TOY = "tests/support/toy/rules"
COMMANDS = {
    "ruff finds nothing": [BIN / "ruff", "check", "."],
    "Python is formatted": [BIN / "ruff", "format", "--check", "."],
    "types fit": [BIN / "mypy"],
    "rules are formatted": [BIN / "snakefmt", "--check", "--compact-diff", "Snakefile", "rules", TOY],
    "snakemake lint finds nothing": [BIN / "snakemake", "--lint"],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_tool(command, root):
    done = subprocess.run(list(map(str, command)), cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]

"""The commands of the README run as they stand there, at the smoke tier."""

import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def commands() -> list[str]:
    blocks = re.findall(r"^```bash\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


SNAKEMAKE = sorted({command for command in commands() if command.startswith("snakemake")})
CONTAINERS = "--use-singularity"
SLURM = "--workflow-profile profiles/slurm"


def test_the_two_commands_are_there():
    assert "make demo" in commands()
    assert "make test" in commands()
    assert len(SNAKEMAKE) >= 5


@pytest.mark.parametrize("command", SNAKEMAKE)
def test_a_command_of_the_readme_runs(smoke, command):
    if SLURM in command:
        pytest.skip("needs a cluster; tests/slurm starts one")
    if CONTAINERS in command and not shutil.which("apptainer"):
        pytest.skip("Snakemake refuses containers where there is no apptainer")
    smoke.run(*command.replace("results/demo", "results/smoke").split(), "--config", "tier=smoke")


def test_make_demo_sets_itself_up_and_finds_everything_made(smoke, root):
    (smoke.path / ".venv").symlink_to(root / ".venv")
    try:
        assert "Nothing to be done" in smoke.run("make", "demo", TIER="smoke").stdout
        assert "Nothing to be done" in smoke.run("make", "plan", TIER="smoke").stdout
    finally:
        (smoke.path / ".venv").unlink()


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)", README))))
def test_a_link_leads_somewhere(root, link):
    assert (root / link).exists()
